using Microsoft.Extensions.DependencyInjection;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.State;
using Switchboard.Testing.Time;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.Secrecy;

/// <summary>A caller puts what opens the gateway where another thing belongs.</summary>
public sealed class EchoedCredentialTests
{
    private const string Token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlLW9mLWFubg";

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(GuardedGateway.Master)]
    [InlineData(Token)]
    public async Task It_is_in_no_answer_no_header_and_no_row(string secret)
    {
        await using var gateway = await GuardedGateway.StartAsync();
        var seen = new List<string>();
        foreach (var model in new[] { secret, $"up/{secret}" })
        {
            using var answer = await gateway.SendAsync("POST", "/v1/chat/completions", GuardedGateway.Chat(model), ("Authorization", $"Bearer {GuardedGateway.Master}"), ("x-request-id", secret), ("x-switchboard-tags", secret));
            seen.Add($"{(int)answer.StatusCode} {answer.Headers} {await ErrorOfAsync(answer)}");
        }

        using var passed = await gateway.SendAsync("POST", "/v1/chat/completions", GuardedGateway.Chat($"up/{secret}"), ("Authorization", $"Bearer {GuardedGateway.Master}"));
        seen.Add($"{(int)passed.StatusCode} {passed.Headers}");
        Assert.Equal(200, (int)passed.StatusCode);

        var records = gateway.Gateway.Services.GetRequiredService<ILedgerRecords>();
        var now = TimeProvider.System.GetUtcNow();
        IReadOnlyList<LedgerRow> rows = [];
        await Poll.UntilAsync(
            async () =>
            {
                rows = (await records.ListAsync(new LedgerQuery { From = now.AddDays(-1), Until = now.AddDays(1) }, Ends)).Data;
                return rows.Any(row => row.Status == 200);
            },
            "the row of the call",
            Ends);
        Assert.All(seen, text => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        Assert.All(rows, row => Assert.DoesNotContain(secret, row.ToString(), StringComparison.Ordinal));
        Assert.Contains(rows, row => row.Deployment == "***");
    }

    private static async Task<string> ErrorOfAsync(HttpResponseMessage answer)
    {
        Assert.False(answer.IsSuccessStatusCode);
        return await answer.Content.ReadAsStringAsync(Ends);
    }
}
