using System.Text.RegularExpressions;

namespace Switchboard.Server.Configuration.Import;

/// <summary>Where a model of LiteLLM runs: the kind of its provider, and its name there.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Model">The model's name at the provider.</param>
/// <param name="Region">The region that the name told, for Bedrock.</param>
internal sealed partial record LiteLlmTarget(LiteLlmKind Kind, string Model, string? Region)
{
    /// <summary>Reads <c>provider/model</c>.</summary>
    /// <returns>Null, with <paramref name="fault"/> saying why there is none here.</returns>
    public static LiteLlmTarget? Read(string written, string? provider, bool hasAddress, out string fault)
    {
        fault = "";
        var slash = written.IndexOf('/', StringComparison.Ordinal);
        var prefixed = slash > 0 ? LiteLlmKind.Of(written[..slash]) : null;
        var kind = provider is not null ? LiteLlmKind.Of(provider)
            : prefixed ?? LiteLlmKind.Guess(written) ?? (hasAddress ? LiteLlmKind.Of("openai_like") : null);
        if (kind is null)
        {
            fault = $"'{provider ?? (slash > 0 ? written[..slash] : written)}' is no provider that Switchboard has. Where its API is OpenAI's, write a provider of the type openai with its base_url.";
            return null;
        }

        var model = prefixed is not null && (provider is null || provider == prefixed.Prefix) ? written[(slash + 1)..] : written;
        return kind.Type switch
        {
            "bedrock" => OfBedrock(kind, model, out fault),
            "vertex" => OfVertex(kind, model, out fault),
            "azure" or "openai" => new LiteLlmTarget(kind, Series().Replace(model, ""), null),
            "fireworks" when !model.Contains('/', StringComparison.Ordinal) && !model.Contains('*', StringComparison.Ordinal) => new LiteLlmTarget(kind, $"accounts/fireworks/models/{model}", null),
            _ => new LiteLlmTarget(kind, model, null),
        };
    }

    private static LiteLlmTarget? OfBedrock(LiteLlmKind kind, string model, out string fault)
    {
        fault = "";
        if (BedrockOther().IsMatch(model))
        {
            fault = "Of Bedrock the Converse API is spoken, not this route.";
            return null;
        }

        var route = BedrockRoute().Match(model);
        return new LiteLlmTarget(kind, model[route.Length..], route.Groups["region"] is { Success: true } region ? region.Value : null);
    }

    private static LiteLlmTarget? OfVertex(LiteLlmKind kind, string model, out string fault)
    {
        fault = "";
        var own = model.StartsWith("gemini/", StringComparison.Ordinal) ? model["gemini/".Length..] : model;
        if (own == "*" || GoogleModel().IsMatch(own))
        {
            return new LiteLlmTarget(kind, own, null);
        }

        fault = "Models of other publishers on Vertex AI, and endpoints of your own there, are not reached; ask for them at their own provider.";
        return null;
    }

    [GeneratedRegex("^(o_series|gpt5_series|responses|chat)/", RegexOptions.ExplicitCapture)]
    private static partial Regex Series();

    [GeneratedRegex("^(agent|agentcore|async_invoke|openai|deepseek_r1|llama)/", RegexOptions.ExplicitCapture)]
    private static partial Regex BedrockOther();

    [GeneratedRegex("^((converse|converse_like|invoke)/)?((?<region>(us|eu|ap|ca|sa|me|af|il|mx)(-gov)?-[a-z]+-[0-9])/)?", RegexOptions.ExplicitCapture)]
    private static partial Regex BedrockRoute();

    [GeneratedRegex("^(gemini|gemma|imagen|text-embedding|text-multilingual|textembedding|multimodalembedding|chirp|veo)")]
    private static partial Regex GoogleModel();
}
