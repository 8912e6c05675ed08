namespace Switchboard.Tests.Server.Abuse;

/// <summary>
/// Requests that two servers in a row would cut differently. Each is refused, and its connection closed with it, so
/// that nothing behind it is taken for a request.
/// </summary>
public sealed class SmugglingTests
{
    private const string Start = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    private const string Good = """{"model":"parrot","messages":[{}]}""";

    // What an attacker would have run under another's name.
    private const string Hidden = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 34\r\n\r\n" + Good;

    public static TheoryData<string, string> Framings { get; } = new()
    {
        { "length and chunks", $"{Start}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n22\r\n{Good}\r\n0\r\n\r\n" },
        { "chunks and length", $"{Start}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n22\r\n{Good}\r\n0\r\n\r\n" },
        { "two lengths", $"{Start}Content-Length: 34\r\nContent-Length: 0\r\n\r\n{Good}" },
        { "the same length twice", $"{Start}Content-Length: 34\r\nContent-Length: 34\r\n\r\n{Good}" },
        { "a list of lengths", $"{Start}Content-Length: 34, 0\r\n\r\n{Good}" },
        { "a negative length", $"{Start}Content-Length: -1\r\n\r\n{Good}" },
        { "a length in hexadecimal", $"{Start}Content-Length: 0x22\r\n\r\n{Good}" },
        { "a length beyond all numbers", $"{Start}Content-Length: 99999999999999999999\r\n\r\n{Good}" },
        { "an encoding nobody knows", $"{Start}Transfer-Encoding: xchunked\r\n\r\n22\r\n{Good}\r\n0\r\n\r\n" },
        { "identity", $"{Start}Transfer-Encoding: identity\r\nContent-Length: 34\r\n\r\n{Good}" },
        { "chunked, then something", $"{Start}Transfer-Encoding: chunked, identity\r\n\r\n22\r\n{Good}\r\n0\r\n\r\n" },
        { "chunked with a control character", $"{Start}Transfer-Encoding: \x0b" + $"chunked\r\n\r\n22\r\n{Good}\r\n0\r\n\r\n" },
        { "a blank before the colon", $"{Start}Transfer-Encoding : chunked\r\n\r\n22\r\n{Good}\r\n0\r\n\r\n" },
        { "a folded header", $"{Start}X-Folded: a\r\n Transfer-Encoding: chunked\r\nContent-Length: 34\r\n\r\n{Good}" },
        { "a header that begins with a blank", $"POST /v1/chat/completions HTTP/1.1\r\n Host: x\r\n\r\n" },
        { "a NUL in a header", $"{Start}X-Nul: a\0b\r\nContent-Length: 34\r\n\r\n{Good}" },
        { "a bare CR in a header", $"{Start}X-Cr: a\rTransfer-Encoding: chunked\r\nContent-Length: 34\r\n\r\n{Good}" },
        { "a bare LF between headers", $"{Start}X-Lf: a\nContent-Length: 34\r\n\r\n{Good}" },
        { "a bare LF after the request line", $"POST /v1/chat/completions HTTP/1.1\nHost: x\r\nContent-Length: 34\r\n\r\n{Good}" },
        { "a bare LF at the end of the head", $"{Start}Content-Length: 34\r\n\n{Good}" },
        { "no host", $"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 34\r\n\r\n{Good}" },
        { "two hosts", $"{Start}Host: y\r\nContent-Length: 34\r\n\r\n{Good}" },
        { "a chunk's size with a sign", $"{Start}Transfer-Encoding: chunked\r\n\r\n+22\r\n{Good}\r\n0\r\n\r\n" },
        { "a chunk's size with 0x", $"{Start}Transfer-Encoding: chunked\r\n\r\n0x22\r\n{Good}\r\n0\r\n\r\n" },
        { "a chunk's size with a blank before", $"{Start}Transfer-Encoding: chunked\r\n\r\n 22\r\n{Good}\r\n0\r\n\r\n" },
        { "a chunk's size beyond all numbers", $"{Start}Transfer-Encoding: chunked\r\n\r\n1000000000000000022\r\n{Good}\r\n0\r\n\r\n" },
        { "a chunk's size that is none", $"{Start}Transfer-Encoding: chunked\r\n\r\n;x\r\n{Good}\r\n0\r\n\r\n" },
        { "a chunk longer than its size", $"{Start}Transfer-Encoding: chunked\r\n\r\n21\r\n{Good}\r\n0\r\n\r\n" },
        { "a bare LF after a chunk's size", $"{Start}Transfer-Encoding: chunked\r\n\r\n22\n{Good}\r\n0\r\n\r\n" },
        { "a bare LF after a chunk", $"{Start}Transfer-Encoding: chunked\r\n\r\n22\r\n{Good}\n0\r\n\r\n" },
        { "a bare LF in a chunk's extension", $"{Start}Transfer-Encoding: chunked\r\n\r\n22;a\nb\r\n{Good}\r\n0\r\n\r\n" },
        { "a version nobody knows", $"POST /v1/chat/completions HTTP/1.7\r\nHost: x\r\nContent-Length: 34\r\n\r\n{Good}" },
        { "no version", $"GET /v1/models\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Framings))]
    public async Task A_request_that_can_be_cut_in_two_ways_is_refused_with_all_behind_it(string what, string request)
    {
        var calls = 0;
        var provider = new ScriptedProvider
        {
            Answer = (call, cancellationToken) =>
            {
                Interlocked.Increment(ref calls);
                return ScriptedProvider.RepeatAsync(call, cancellationToken);
            },
        };
        await using var gateway = await ServedGateway.StartAsync(provider);

        var answer = await RawConnection.ExchangeAsync(gateway.Address, request + Hidden);

        Assert.True(calls == 0, $"{what}: a provider was asked.");
        Assert.Single(answer.Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches("^HTTP/1.1 (400|413|505) ", answer);
    }

    [Fact]
    public async Task The_hidden_request_is_one_that_would_be_answered()
    {
        await using var gateway = await ServedGateway.StartAsync();
        var last = Hidden.Replace("Host: x", "Host: x\r\nConnection: close", StringComparison.Ordinal);

        var answer = await RawConnection.ExchangeAsync(gateway.Address, $"{Start}Transfer-Encoding: chunked\r\n\r\n22;ext=1\r\n{Good}\r\n0\r\n\r\n{last}");

        Assert.Equal(2, answer.Split("HTTP/1.1 200 OK").Length - 1);
    }
}
