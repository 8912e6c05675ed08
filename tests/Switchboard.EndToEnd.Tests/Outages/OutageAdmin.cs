using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Outages;

/// <summary>What an administrator asks the gateways of the test.</summary>
internal sealed class OutageAdmin(string master, CancellationToken ends) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });

    /// <summary>Makes a key with a limit and a budget that nobody reaches, which counters are kept for all the same.</summary>
    public async Task<(string Id, string Key)> CreateKeyAsync(GatewayProcess gateway, long limit)
    {
        using var request = Request(HttpMethod.Post, gateway, "admin/keys");
        request.Content = new StringContent($$$"""{"name":"outage","limits":{"requests_per_day":{{{limit}}},"concurrent_requests":1000},"budgets":[{"period":"total","amount":1000}]}""", Encoding.UTF8, "application/json");
        using var answer = await _client.SendAsync(request, ends);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(ends);
        return (json.GetProperty("id").GetString()!, json.GetProperty("key").GetString()!);
    }

    /// <summary>Whether a gateway takes the key.</summary>
    public async Task<bool> KnowsAsync(GatewayProcess gateway, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(gateway.RootUrl, "v1/models"));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        using var answer = await _client.SendAsync(request, ends);
        return answer.IsSuccessStatusCode;
    }

    /// <summary>The ids of the requests in the ledger, as often as they are there.</summary>
    public async Task<List<string>> LedgerAsync(GatewayProcess gateway)
    {
        var ids = new List<string>();
        var after = "";
        while (true)
        {
            var page = await AskAsync(gateway, $"admin/usage/rows?limit=1000&order=asc{after}");
            ids.AddRange(page.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("request_id").GetString()!));
            if (!page.GetProperty("has_more").GetBoolean())
            {
                return ids;
            }

            after = "&after=" + page.GetProperty("last_id").GetString();
        }
    }

    /// <summary>The sums of the ledger: requests and dollars.</summary>
    public async Task<(long Requests, decimal Cost)> SumsAsync(GatewayProcess gateway)
    {
        var page = await AskAsync(gateway, "admin/usage?group_by=key");
        return page.GetProperty("data").EnumerateArray().SingleOrDefault() is { ValueKind: JsonValueKind.Object } sums
            ? (sums.GetProperty("requests").GetInt64(), sums.GetProperty("cost").GetDecimal())
            : default;
    }

    /// <summary>What the budget's counter says was spent, in dollars.</summary>
    public async Task<decimal> SpentAsync(GatewayProcess gateway) =>
        (await AskAsync(gateway, "admin/budgets")).GetProperty("data")[0].GetProperty("spent").GetDecimal();

    /// <summary>What is left of the limit of requests.</summary>
    public async Task<long> RemainingAsync(GatewayProcess gateway, string key) =>
        (await AskAsync(gateway, $"admin/keys/{key}/limits")).GetProperty("data").EnumerateArray()
            .First(limit => limit.GetProperty("most").GetInt64() > 1_000).GetProperty("remaining").GetInt64();

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<JsonElement> AskAsync(GatewayProcess gateway, string path)
    {
        using var request = Request(HttpMethod.Get, gateway, path);
        using var answer = await _client.SendAsync(request, ends);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>(ends);
    }

    private HttpRequestMessage Request(HttpMethod method, GatewayProcess gateway, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(gateway.RootUrl, path));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {master}");
        return request;
    }
}
