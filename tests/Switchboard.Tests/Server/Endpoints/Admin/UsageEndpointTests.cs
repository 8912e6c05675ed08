using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Switchboard.Gateway.Accounting;
using Switchboard.Gateway.Pipeline;
using Switchboard.Server.Endpoints.Admin;
using Switchboard.Server.Storage.Records;
using Switchboard.Server.Storage.Records.Ledger;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Server.Endpoints.Admin;

public sealed class UsageEndpointTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly SqliteDatabase _database;
    private readonly LedgerRecords _records;
    private readonly UsageEndpoint _endpoint;

    public UsageEndpointTests()
    {
        _database = new SqliteDatabase(null, TimeProvider.System, NullLogger.Instance);
        _records = new LedgerRecords(_database, _time);
        _endpoint = new UsageEndpoint(_records, _time);
    }

    private static CancellationToken Ends => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await _records.AppendAsync(
        Guid.NewGuid(),
        [
            Row(0) with { Model = "a", Key = "key_1", Cost = 150, Usage = new TokenUsage(10, 5) },
            Row(1) with { Model = "a", Key = "key_2", Cost = null, Usage = new TokenUsage(20, 5), User = "=cmd|' /C calc'!A0,\"x\"" },
            Row(2) with { Model = "b", Key = "key_1", Cost = 1_000_000_000, Usage = new TokenUsage(30, 5), FirstByte = TimeSpan.FromMilliseconds(1.5) },
        ],
        Ends);

    public async ValueTask DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Sums_are_told_by_what_they_are_asked_for()
    {
        var list = await SumAsync("?group_by=day,model");

        Assert.Equal(("list", false, "2"), (list.GetProperty("object").GetString(), list.GetProperty("has_more").GetBoolean(), list.GetProperty("last_id").GetString()));
        var first = list.GetProperty("data")[0];
        Assert.Equal(_time.Start.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), first.GetProperty("day").GetString());
        Assert.Equal(("a", 2, 30, 1), (first.GetProperty("model").GetString(), first.GetProperty("requests").GetInt32(), first.GetProperty("prompt_tokens").GetInt32(), first.GetProperty("cost_unknown").GetInt32()));
        Assert.Equal("0.00000015", first.GetProperty("cost").GetRawText());
        Assert.Equal("1", list.GetProperty("data")[1].GetProperty("cost").GetRawText());
    }

    [Fact]
    public async Task Sums_can_be_of_one_key_and_come_in_pages()
    {
        var ofKey = await SumAsync("?key=key_1");
        var page = await SumAsync("?group_by=model&limit=1");
        var next = await SumAsync("?group_by=model&limit=1&after=" + page.GetProperty("last_id").GetString());

        Assert.Equal(2, ofKey.GetProperty("data")[0].GetProperty("requests").GetInt32());
        Assert.Equal((true, "a"), (page.GetProperty("has_more").GetBoolean(), page.GetProperty("data")[0].GetProperty("model").GetString()));
        Assert.Equal((false, "b"), (next.GetProperty("has_more").GetBoolean(), next.GetProperty("data")[0].GetProperty("model").GetString()));
    }

    [Theory]
    [InlineData("?group_by=moon", "group_by")]
    [InlineData("?from=yesterday", "from")]
    [InlineData("?to=2026-13-01", "to")]
    [InlineData("?to=9999-12-31", "to")]
    [InlineData("?from=2026-02-02&to=2026-02-01", "from")]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=1001", "limit")]
    [InlineData("?after=x", "after")]
    [InlineData("?order=desc", "order")]
    [InlineData("?limit=1&limit=2", "limit")]
    [InlineData("?from=2026-01-01&from=2026-01-02", "from")]
    [InlineData("?model=a&model=b", "model")]
    public async Task What_cannot_be_is_refused_by_name(string query, string param)
    {
        var (error, _) = await RunAsync(_endpoint.SumAsync, query);

        Assert.Equal((400, param), (error!.Status, error.Body.Param));
    }

    [Fact]
    public async Task Rows_come_in_pages()
    {
        var (_, body) = await RunAsync(_endpoint.ListAsync, "?limit=2&order=desc");
        var list = JsonElement.Parse(body);
        var (_, rest) = await RunAsync(_endpoint.ListAsync, "?limit=2&order=desc&after=" + list.GetProperty("last_id").GetString());

        Assert.Equal(["b", "a"], list.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("model").GetString()));
        Assert.True(list.GetProperty("has_more").GetBoolean());
        Assert.Equal("answered", list.GetProperty("data")[0].GetProperty("outcome").GetString());
        Assert.Equal("1.5", list.GetProperty("data")[0].GetProperty("first_byte_ms").GetRawText());
        Assert.Equal(JsonValueKind.Null, list.GetProperty("data")[1].GetProperty("cost").ValueKind);
        Assert.Equal("req_0", Assert.Single(JsonElement.Parse(rest).GetProperty("data").EnumerateArray()).GetProperty("request_id").GetString());
    }

    [Theory]
    [InlineData("?format=csv", null)]
    [InlineData("", "text/csv")]
    public async Task Rows_come_as_CSV_all_of_them(string query, string? accept)
    {
        await _records.AppendAsync(Guid.NewGuid(), [.. Enumerable.Range(10, 2_500).Select(Row)], Ends);

        var (_, body) = await RunAsync(_endpoint.ListAsync, query, accept);

        var lines = body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2_504, lines.Length);
        Assert.StartsWith("id,at,request_id,key,", lines[0], StringComparison.Ordinal);
        Assert.Equal(lines[0].Split(',').Length, lines[1].Split(',').Length);
        Assert.Contains(",0.00000015,", lines[1], StringComparison.Ordinal);
        Assert.Contains(",\"'=cmd|' /C calc'!A0,\"\"x\"\"\",", lines[2], StringComparison.Ordinal);
    }

    private LedgerRow Row(int number)
    {
        var at = _time.Start.AddMilliseconds(number);
        return new LedgerRow { Id = Guid.CreateVersion7(at), At = at, RequestId = $"req_{number}", Operation = "chat.completions", Model = "m", Provider = "p", Deployment = "d", Status = 200, Cost = 1 };
    }

    private async Task<JsonElement> SumAsync(string query)
    {
        var (error, body) = await RunAsync(_endpoint.SumAsync, query);
        Assert.Null(error);
        return JsonElement.Parse(body);
    }

    private static async Task<(GatewayError? Error, string Body)> RunAsync(Func<HttpContext, CancellationToken, ValueTask<GatewayError?>> handler, string query, string? accept = null)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);
        context.Request.Headers.Accept = accept;
        context.Response.Body = body;
        var error = await handler(context, Ends);
        await context.Response.BodyWriter.FlushAsync(Ends);
        return (error, Encoding.UTF8.GetString(body.ToArray()));
    }
}
