using System.Text;
using Switchboard.Gateway.Pipeline;
using Switchboard.Tests.Engine;

namespace Switchboard.Tests.Gateway.Providers.Local;

public sealed class LocalModelListTests
{
    [Fact]
    public async Task The_files_of_the_folder_are_models_by_their_names()
    {
        await using var local = new LocalHarness();
        local.Write("not-a-model.txt", "hello"u8.ToArray());

        var listing = await local.Provider.ListModelsAsync(TestContext.Current.CancellationToken);

        var model = Assert.Single(listing.Models);
        Assert.Equal(("small", 256), (model.Id, model.ContextLength));
        Assert.Matches(@"^Local, \d+(,\d+|\.\d+ million)? parameters: chat and completions\.$", model.Description!);
        Assert.Empty(local.Warnings);
    }

    [Fact]
    public async Task Files_that_cannot_be_used_are_left_out_with_one_warning_each()
    {
        await using var local = new LocalHarness();
        var whole = new TestModel().ToWriter().ToBytes();
        local.Write("cut.gguf", whole[..(whole.Length / 2)]);
        local.Write("empty.gguf", []);
        local.Write("html.gguf", Encoding.UTF8.GetBytes("<html>not found</html>"));
        local.Write("bert.gguf", new GgufWriter().Set("general.architecture", "bert").ToBytes());

        for (var i = 0; i < 3; i++)
        {
            var listing = await local.Provider.ListModelsAsync(TestContext.Current.CancellationToken);
            Assert.Equal("small", Assert.Single(listing.Models).Id);
        }

        Assert.Equal(4, local.Warnings.Count);
        Assert.All(["cut.gguf", "empty.gguf", "html.gguf", "bert.gguf"], name => Assert.Single(local.Warnings, warning => warning.Contains(name, StringComparison.Ordinal)));
        Assert.Single(local.Warnings, warning => warning.Contains("the architecture 'bert' is not supported", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_added_answers_without_a_restart()
    {
        await using var local = new LocalHarness();
        await local.Provider.ListModelsAsync(TestContext.Current.CancellationToken);

        local.Write("added.gguf", new TestModel { Seed = 2 }.ToWriter().ToBytes());

        var answer = await local.AnswerAsync(ApiOperation.ChatCompletions, LocalHarness.ChatBody("\"max_tokens\":1").Replace("small", "added", StringComparison.Ordinal));
        Assert.Equal("added", answer.GetProperty("model").GetString());
    }

    [Theory]
    [InlineData(ApiOperation.ChatCompletions, "nobody", 404, "model_not_found")]
    [InlineData(ApiOperation.Embeddings, "small", 400, "unsupported_operation")]
    public async Task What_a_model_cannot_do_is_refused(ApiOperation operation, string model, int status, string code)
    {
        await using var local = new LocalHarness();

        var error = await local.ErrorAsync(operation, $$"""{"model":"{{model}}","messages":[{}],"input":"x"}""");

        Assert.Equal((status, "model", code), (error.Status, error.Body.Param, error.Body.Code));
    }
}
