namespace Switchboard.EndToEnd.Tests.CommandLine;

public sealed class SecretsTests
{
    private const string First = "planted-encryption-key-one-0123456789";
    private const string Second = "planted-encryption-key-two-0123456789";

    [Fact]
    public async Task A_secret_is_kept_listed_encrypted_anew_and_deleted_and_never_shown()
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-test-");
        try
        {
            var seen = "";
            async Task<SwitchboardRun> RunAsync(string storage, string[] arguments, string? input = null)
            {
                var configuration = $$"""
                    storage: { records: {{Path.Combine(folder.FullName, "secrets.db")}}, {{storage}} }
                    providers: { up: { type: openai, base_url: "http://127.0.0.1:9/v1", api_key: ${secret:up-key} } }
                    """;
                var run = input is null ? await SwitchboardRun.ToEndAsync(arguments, configuration) : await SwitchboardRun.WithInputAsync(input, arguments, configuration);
                seen += run.Output + run.Errors;
                return run;
            }

            var first = $"encryption_key: {First}";
            var missing = await RunAsync(first, ["doctor"]);
            Assert.Equal(2, missing.ExitCode);
            Assert.Contains("providers.up.api_key: It has no key: the secret 'up-key' is not kept. Put it: switchboard secrets set up-key.", missing.Output, StringComparison.Ordinal);

            var set = await RunAsync(first, ["secrets", "set", "up-key"], "sk-planted-secret");
            Assert.Equal((0, "up-key is kept."), (set.ExitCode, set.Output.Trim()));
            Assert.DoesNotContain("It has no key", (await RunAsync(first, ["doctor"])).Output, StringComparison.Ordinal);
            Assert.Matches(@"^up-key  \d{4}-\d\d-\d\d \d\d:\d\dZ$", (await RunAsync(first, ["secrets", "list"])).Output.Trim());

            var second = $"encryption_key: {Second}";
            Assert.EndsWith("cannot be decrypted", (await RunAsync(second, ["secrets", "list"])).Output.Trim(), StringComparison.Ordinal);
            Assert.Contains("cannot be decrypted with storage.encryption_key", (await RunAsync(second, ["doctor"])).Output, StringComparison.Ordinal);
            var refused = await RunAsync(second, ["secrets", "rekey"]);
            Assert.Equal((1, true), (refused.ExitCode, refused.Errors.Contains("decrypts up-key", StringComparison.Ordinal)));
            Assert.Equal(0, (await RunAsync($"{second}, former_{first}", ["secrets", "rekey"])).ExitCode);
            Assert.EndsWith("Z", (await RunAsync(second, ["secrets", "list"])).Output.Trim(), StringComparison.Ordinal);

            Assert.Equal(0, (await RunAsync(second, ["secrets", "delete", "up-key"])).ExitCode);
            Assert.Equal(1, (await RunAsync(second, ["secrets", "delete", "up-key"])).ExitCode);
            Assert.Equal("", (await RunAsync(second, ["secrets", "list"])).Output);
            Assert.DoesNotContain("planted", seen, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("storage: { records: a.db }", "a", "sk-planted", "set storage.encryption_key")]
    [InlineData("storage: { records: a.db, encryption_key: 0123456789abcdef0123456789abcdef }", "a b", "sk-planted", "The name of a secret")]
    [InlineData("storage: { records: a.db, encryption_key: 0123456789abcdef0123456789abcdef }", "a", "sk planted", "It holds a blank")]
    [InlineData("storage: { records: a.db, encryption_key: 0123456789abcdef0123456789abcdef }", "a", "", "It is empty")]
    public async Task What_cannot_be_kept_is_said_and_not_repeated(string configuration, string name, string value, string says)
    {
        var run = await SwitchboardRun.WithInputAsync(value, ["secrets", "set", name], configuration);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(says, run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", run.Output + run.Errors, StringComparison.Ordinal);
    }
}
