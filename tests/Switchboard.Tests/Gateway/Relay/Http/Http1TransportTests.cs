using System.Net.Sockets;
using System.Text;
using Switchboard.Gateway.Relay.Http;
using Switchboard.Gateway.Requests;
using Switchboard.Testing.Time;

namespace Switchboard.Tests.Gateway.Relay.Http;

/// <summary>The connections to providers without TLS, before a server that the test plays.</summary>
public sealed class Http1TransportTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly ScriptedServer _server = new();
    private readonly Http1Transport _transport;

    public Http1TransportTests() => _transport = new Http1Transport(_server.Address, TimeSpan.FromSeconds(30), _time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _transport.Dispose();
        _server.Dispose();
    }

    [Fact]
    public async Task A_request_goes_out_as_HTTP_has_it()
    {
        var request = Post("{\"a\":1}") with
        {
            Authorization = "Bearer key",
            Accept = "application/json",
            Headers = [new("openai-beta", "b"), new("x-tenant-id", "t")],
        };
        var asking = AskAsync(request);
        using var connection = await _server.AcceptAsync();

        var come = await connection.ReadAsync();
        await connection.AnswerAsync("yes");

        Assert.Equal((200, "yes"), await asking);
        Assert.Equal(
            $"POST /v1/x?y=%20z HTTP/1.1\r\nHost: {_server.Address.Authority}\r\nUser-Agent: {UpstreamTarget.Agent}\r\nAccept-Encoding: identity\r\n"
            + "Authorization: Bearer key\r\nAccept: application/json\r\nopenai-beta: b\r\nx-tenant-id: t\r\n"
            + "Content-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
            come);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("DELETE", "Content-Length: 0\r\n")]
    public async Task A_request_without_a_body_says_so_where_one_could_be(string method, string line)
    {
        var asking = AskAsync(new UpstreamRequest(new HttpMethod(method), Target()));
        using var connection = await _server.AcceptAsync();

        var come = await connection.ReadAsync();
        await connection.AnswerAsync("");

        Assert.EndsWith($"Accept-Encoding: identity\r\n{line}\r\n", come, StringComparison.Ordinal);
        Assert.Equal((200, ""), await asking);
    }

    [Fact]
    public async Task A_long_body_goes_out_whole_with_its_edits_in_place()
    {
        var body = Encoding.ASCII.GetBytes($"{{\"model\":\"a\",\"text\":\"{new string('x', 3_000_000)}\",\"end\":\"b\"}}");
        var edits = new BodyEdits();
        edits.Replace(9, 3, "\"another\""u8.ToArray());
        edits.Cut(body.Length - 11, 10);
        var asking = AskAsync(new UpstreamRequest(HttpMethod.Post, Target()) { Content = new RequestContent(body, edits) });
        using var connection = await _server.AcceptAsync();

        var come = await connection.ReadAsync();
        await connection.AnswerAsync("yes");

        Assert.Equal(Encoding.ASCII.GetString(edits.Apply(body).Span), come[(come.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        Assert.Equal((200, "yes"), await asking);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nye\r\n1\r\ns\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 102 Processing\r\nx: y\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes")]
    public async Task A_connection_serves_request_after_request(string answer)
    {
        var first = AskAsync(Post("1"));
        using var connection = await _server.AcceptAsync();
        await connection.ReadAsync();
        foreach (var letter in answer)
        {
            await connection.WriteAsync(letter.ToString());
        }

        var firstAnswer = await first;
        var second = AskAsync(Post("2"));
        Assert.EndsWith("\r\n2", await connection.ReadAsync(), StringComparison.Ordinal);
        await connection.WriteAsync(answer);

        Assert.Equal(((200, "yes"), (200, "yes")), (firstAnswer, await second));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nyes")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nyes")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes!")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\n\r\n!")]
    public async Task A_connection_that_cannot_be_used_again_is_closed(string answer)
    {
        var asking = AskAsync(Post("1"));
        using var connection = await _server.AcceptAsync();
        await connection.ReadAsync();
        await connection.WriteAsync(answer);

        Assert.Equal((200, "yes"), await asking);

        await connection.ReadToEndAsync();
    }

    [Fact]
    public async Task An_answer_may_end_with_its_connection()
    {
        var asking = AskAsync(Post("1"));
        var connection = await _server.AcceptAsync();
        await connection.ReadAsync();
        await connection.WriteAsync("HTTP/1.1 200 OK\r\n\r\nyes");
        connection.Dispose();

        Assert.Equal((200, "yes"), await asking);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_that_meets_the_end_of_an_idle_connection_goes_out_on_a_new_one(bool isReset)
    {
        var connection = await IdleConnectionAsync();

        // The server reads the request and only then ends the connection: it could not be seen before.
        var second = AskAsync(Post("2"));
        await connection.ReadAsync();
        (isReset ? connection.Reset : (Action)connection.Dispose)();
        using var next = await _server.AcceptAsync();
        Assert.EndsWith("\r\n2", await next.ReadAsync(), StringComparison.Ordinal);
        await next.AnswerAsync("2");

        Assert.Equal((200, "2"), await second);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_that_the_server_has_had_for_a_while_is_not_sent_again(bool isReset)
    {
        var connection = await IdleConnectionAsync();

        var second = AskAsync(Post("2"));
        await connection.ReadAsync();
        _time.Advance(TimeSpan.FromMinutes(4));
        (isReset ? connection.Reset : (Action)connection.Dispose)();

        await Assert.ThrowsAnyAsync<IOException>(() => second.WithinAsync("the end of the request", Token));
    }

    [Fact]
    public async Task A_request_that_changes_nothing_is_sent_again_however_late()
    {
        var connection = await IdleConnectionAsync();

        var second = AskAsync(new UpstreamRequest(HttpMethod.Get, Target()));
        await connection.ReadAsync();
        _time.Advance(TimeSpan.FromMinutes(4));
        connection.Dispose();
        using var next = await _server.AcceptAsync();
        await next.ReadAsync();
        await next.AnswerAsync("2");

        Assert.Equal((200, "2"), await second);
    }

    [Fact]
    public async Task A_request_of_whose_answer_a_byte_came_is_not_sent_again()
    {
        var connection = await IdleConnectionAsync();

        var second = AskAsync(Post("2"));
        await connection.ReadAsync();
        await connection.WriteAsync("H");
        connection.Dispose();

        await Assert.ThrowsAsync<HttpIOException>(() => second);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")]
    public async Task An_idle_connection_that_was_closed_is_not_used(string word)
    {
        var connection = await IdleConnectionAsync();
        await connection.WriteAsync(word);
        connection.Dispose();

        var second = AskAsync(Post("2"));
        using var next = await _server.AcceptAsync();
        await next.ReadAsync();
        await next.AnswerAsync("2");

        Assert.Equal((200, "2"), await second);
    }

    [Theory]
    [InlineData(90)]
    [InlineData(600)]
    public async Task A_connection_that_is_idle_for_long_is_closed(int seconds)
    {
        using var connection = await IdleConnectionAsync();

        _time.Advance(TimeSpan.FromSeconds(seconds));

        await connection.ReadToEndAsync();
    }

    [Fact]
    public async Task Who_refuses_a_body_may_say_why_before_it_was_sent()
    {
        var asking = AskAsync(Post(new string('x', 20_000_000)));
        using var connection = await _server.AcceptAsync();
        await connection.WriteAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 8\r\n\r\ntoo long");

        // Its end is told in order, and the rest is read away as servers do: a reset could overtake the answer.
        await connection.ReadAsync();

        Assert.Equal((413, "too long"), await asking);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHe")]
    public async Task Who_leaves_ends_the_connection(string begun)
    {
        using var leaving = new CancellationTokenSource();
        var asking = AskAsync(Post("1"), leaving.Token);
        using var connection = await _server.AcceptAsync();
        await connection.ReadAsync();
        await connection.WriteAsync(begun);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await connection.ReadToEndAsync();
    }

    [Fact]
    public async Task A_read_with_a_token_of_its_own_ends_with_that()
    {
        using var leaving = new CancellationTokenSource();
        var sending = _transport.SendAsync(Post("1"), Token);
        using var connection = await _server.AcceptAsync();
        await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        using var answer = await sending;
        var reading = answer.ReadAsync(new byte[16], leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.AsTask());
        await connection.ReadToEndAsync();
    }

    [Fact]
    public async Task An_answer_that_is_given_up_closes_its_connection()
    {
        var sending = _transport.SendAsync(Post("1"), Token);
        using var connection = await _server.AcceptAsync();
        await connection.AnswerAsync("yes");

        (await sending).Dispose();

        await connection.ReadToEndAsync();
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHell", HttpRequestError.ResponseEnded)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n", HttpRequestError.ResponseEnded)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nHello", HttpRequestError.InvalidResponse)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-", HttpRequestError.ResponseEnded)]
    [InlineData("Hello", HttpRequestError.InvalidResponse)]
    [InlineData("", HttpRequestError.ResponseEnded)]
    public async Task What_is_no_whole_answer_is_a_fault(string answer, HttpRequestError kind)
    {
        var asking = AskAsync(Post("1"));
        var connection = await _server.AcceptAsync();
        await connection.ReadAsync();
        await connection.WriteAsync(answer);
        connection.Dispose();

        var fault = await Assert.ThrowsAsync<HttpIOException>(() => asking);

        Assert.Equal(kind, fault.HttpRequestError);
    }

    [Fact]
    public async Task A_head_without_end_is_a_fault()
    {
        var asking = AskAsync(Post("1"));
        using var connection = await _server.AcceptAsync();
        await connection.ReadAsync();
        await connection.WriteAsync($"HTTP/1.1 200 OK\r\nx: {new string('x', 70_000)}");

        var fault = await Assert.ThrowsAsync<HttpIOException>(() => asking);

        Assert.Equal(HttpRequestError.ConfigurationLimitExceeded, fault.HttpRequestError);
    }

    [Fact]
    public async Task Where_nobody_listens_there_is_no_connection()
    {
        _server.Dispose();

        var fault = await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(Post("1")));

        Assert.Equal(HttpRequestError.ConnectionError, fault.HttpRequestError);
        Assert.Equal(SocketError.ConnectionRefused, Assert.IsType<SocketException>(fault.InnerException).SocketErrorCode);
    }

    private UpstreamRequest Post(string body) =>
        new(HttpMethod.Post, Target()) { Content = new RequestContent(Encoding.ASCII.GetBytes(body), new BodyEdits()) };

    private UpstreamTarget Target() => new(new Uri(_server.Address, "v1/x?y= z"));

    private async Task<ScriptedServer.Connection> IdleConnectionAsync()
    {
        var asking = AskAsync(Post("1"));
        var connection = await _server.AcceptAsync();
        await connection.ReadAsync();
        await connection.AnswerAsync("1");
        await asking;
        return connection;
    }

    private async Task<(int Status, string Body)> AskAsync(UpstreamRequest request, CancellationToken? cancellationToken = null)
    {
        var left = cancellationToken ?? Token;
        using var answer = await _transport.SendAsync(request, left);
        using var body = new MemoryStream();
        var buffer = new byte[4096];
        while (await answer.ReadAsync(buffer, left) is > 0 and var count)
        {
            body.Write(buffer, 0, count);
        }

        return (answer.Status, Encoding.Latin1.GetString(body.ToArray()));
    }
}
