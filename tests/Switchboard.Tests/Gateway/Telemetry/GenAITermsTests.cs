using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Telemetry;

namespace Switchboard.Tests.Gateway.Telemetry;

public sealed class GenAITermsTests
{
    [Fact]
    public void Every_operation_has_a_name()
    {
        Assert.Equal(
            "chat, text_completion, embeddings, chat, createModeration, createImage, createImageEdit, createImageVariation, createSpeech, createTranscription, createTranslation, rerank, realtime, count_tokens, relay",
            string.Join(", ", Enum.GetValues<ApiOperation>().Select(GenAITerms.OperationOf)));
    }

    [Fact]
    public void Providers_have_the_names_of_the_conventions_where_there_are_any()
    {
        var renamed = ConfigurationRules.BuiltInProviderTypes.Where(type => GenAITerms.ProviderOf(type) != type).Select(type => $"{type}={GenAITerms.ProviderOf(type)}");

        Assert.Equal(["azure=azure.ai.openai", "bedrock=aws.bedrock", "gemini=gcp.gemini", "mistral=mistral_ai", "vertex=gcp.vertex_ai", "xai=x_ai"], renamed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Errors_are_statuses_and_a_caller_that_left_is_none()
    {
        Assert.Equal("cancelled", GenAITerms.ErrorOf(GatewayError.CallerLeft));
        Assert.Equal("503", GenAITerms.ErrorOf(GatewayError.ShuttingDown));
        Assert.Equal("429", GenAITerms.ErrorOf(GatewayError.ShuttingDown with { Status = 429 }));
        Assert.Equal("_other", GenAITerms.ErrorOf(GatewayError.ShuttingDown with { Status = 302 }));
    }
}
