using Switchboard.Client;
using Switchboard.Testing.Misbehaviours;
using Switchboard.Testing.Upstream;

namespace Switchboard.Tests.Client.Transport;

/// <summary>What goes wrong at the server or on the way becomes the right exception, and nothing else.</summary>
public sealed class FaultTests
{
    public static TheoryData<string> Misbehaviours => [.. Misbehaviour.Names];

    [Theory]
    [MemberData(nameof(Misbehaviours))]
    public async Task EveryMisbehaviourIsAnAnswerOrATypedError(string name)
    {
        await using var test = ClientUnderTest.Start(Impatient);
        test.Upstream.Misbehave(Misbehaviour.Named(name));

        var unary = await Record.ExceptionAsync(() => test.ChatAsync());
        var stream = await Record.ExceptionAsync(async () => await test.Stream().ToListAsync(TestContext.Current.CancellationToken));

        Assert.True(unary is null or ApiException, $"A call threw {unary}");
        Assert.True(stream is null or ApiException, $"A stream threw {stream}");
        Assert.DoesNotContain("sk-secret-key", $"{unary}{stream}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, typeof(ApiBadRequestException))]
    [InlineData(401, typeof(ApiAuthenticationException))]
    [InlineData(402, typeof(ApiStatusException))]
    [InlineData(403, typeof(ApiPermissionDeniedException))]
    [InlineData(404, typeof(ApiNotFoundException))]
    [InlineData(409, typeof(ApiConflictException))]
    [InlineData(422, typeof(ApiUnprocessableEntityException))]
    [InlineData(429, typeof(ApiRateLimitException))]
    [InlineData(500, typeof(ApiServerException))]
    [InlineData(529, typeof(ApiServerException))]
    public async Task EachStatusHasItsException(int status, Type type)
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(
            status,
            """{"error":{"message":"Wrong.","type":"a_type","param":"messages[0]","code":"a_code"}}""",
            ("x-request-id", "req_1"),
            ("x-ratelimit-remaining-tokens", "12"),
            ("x-should-retry", "false"));

        var fault = (ApiStatusException)await Assert.ThrowsAsync(type, () => test.ChatAsync());

        Assert.Equal(status, fault.Status);
        Assert.Equal(("a_type", "a_code", "messages[0]", "req_1"), (fault.Type, fault.Code, fault.Param, fault.RequestId));
        Assert.Equal(12, fault.RateLimits.RemainingTokens);
        Assert.Contains("Wrong.", fault.Message, StringComparison.Ordinal);
        Assert.StartsWith("""{"error":""", System.Text.Encoding.UTF8.GetString(fault.Body.Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html><title>502 Bad Gateway</title></html>", "text/html", "502 Bad Gateway")]
    [InlineData("upstream connect error", "text/plain", "upstream connect error")]
    [InlineData("""{"detail":"Not enough credits"}""", "application/json", "Not enough credits")]
    [InlineData("""{"error":"plain text"}""", "application/json", "plain text")]
    [InlineData("""[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}}]""", "application/json", "API key not valid.")]
    [InlineData("{\"error\":{\"message\":\"cut", "application/json", "cut")]
    [InlineData("", "application/json", "400")]
    public async Task ErrorBodiesOfAnyShapeAreUnderstood(string body, string type, string says)
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(UpstreamAnswer.Text(body, type, 400));

        var fault = await Assert.ThrowsAsync<ApiBadRequestException>(() => test.ChatAsync());

        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTML page with 200", "web page")]
    [InlineData("empty body", "empty")]
    [InlineData("half of the JSON", "cannot be read")]
    public async Task AnAnswerThatIsNoneSaysWhatItIs(string misbehaviour, string says)
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Misbehave(Misbehaviour.Named(misbehaviour));

        var fault = await Assert.ThrowsAsync<ApiResponseException>(() => test.ChatAsync());

        Assert.Equal(200, fault.Status);
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
        Assert.Single(test.Upstream.Requests);
    }

    [Fact]
    public async Task AnErrorWithStatus200IsAnError()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Reply(200, """{"error":{"message":"Provider returned error","code":429}}""");

        var fault = await Assert.ThrowsAsync<ApiRateLimitException>(() => test.ChatAsync(new CallOptions { MaxRetries = 0 }));

        Assert.Contains("Provider returned error", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hang before headers")]
    [InlineData("hang after headers")]
    [InlineData("hang before the end")]
    public async Task AServerThatHangsIsATimeout(string misbehaviour)
    {
        await using var test = ClientUnderTest.Start(Impatient);
        test.Upstream.Misbehave(Misbehaviour.Named(misbehaviour));

        await Assert.ThrowsAsync<ApiTimeoutException>(() => test.ChatAsync(new CallOptions { MaxRetries = 0 }));
    }

    [Fact]
    public async Task AStreamThatFallsSilentIsATimeout()
    {
        await using var test = ClientUnderTest.Start(options =>
        {
            Impatient(options);

            // Two events come first, on a busy machine too.
            options.Timeout = options.StreamIdleTimeout = TimeSpan.FromSeconds(3);
        });
        test.Upstream.Misbehave(Misbehaviour.HangAfterEvents(2));

        var seen = 0;
        await Assert.ThrowsAsync<ApiTimeoutException>(async () =>
        {
            await foreach (var chunk in test.Stream())
            {
                seen++;
            }
        });

        Assert.Equal(2, seen);
    }

    [Fact]
    public async Task ARefusedConnectionIsAConnectionFault()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.RefuseConnections();

        var fault = await Assert.ThrowsAsync<ApiConnectionException>(() => test.ChatAsync());

        Assert.True(fault.IsTransient);
        Assert.Equal(2, fault.Retries);
    }

    [Fact]
    public async Task TheCallersCancellationStaysACancellation()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Misbehave(Misbehaviour.HangBeforeHeaders);
        using var leaving = new CancellationTokenSource();

        var call = test.ChatAsync(cancellationToken: leaving.Token);
        await test.Upstream.WaitForRequestAsync(TestContext.Current.CancellationToken);
        await leaving.CancelAsync();

        var fault = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(leaving.Token, fault.CancellationToken);
        await test.Upstream.WaitForDisconnectAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task HugeHeadersAreRefusedWithoutAnotherAttempt()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Misbehave(Misbehaviour.HugeHeaders);

        await Assert.ThrowsAsync<ApiConnectionException>(() => test.ChatAsync());

        Assert.Single(test.Upstream.Requests);
    }

    [Fact]
    public async Task AnAnswerAboveTheLimitIsRefused()
    {
        await using var test = ClientUnderTest.Start(options => options.MaxResponseBytes = 100);

        var fault = await Assert.ThrowsAsync<ApiResponseException>(() => test.ChatAsync());

        Assert.Contains("100 bytes", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GzipIsUnderstood()
    {
        await using var test = ClientUnderTest.Start();
        test.Upstream.Say("Packed.").Misbehave(Misbehaviour.Gzip);

        var result = await test.ChatAsync();

        Assert.Equal("Packed.", result.Value.Choices[0].Message.Content);
    }

    [Fact]
    public async Task AFileThatCannotBeReadIsNoFaultOfTheConnection()
    {
        await using var test = ClientUnderTest.Start();
        var form = Switchboard.Client.Transport.FormBody.Of(new MissingFile());

        await Assert.ThrowsAsync<FileNotFoundException>(() => test.Client.Transport.SendAsync(
            new Switchboard.Client.Transport.ApiRequest(Switchboard.Protocol.Operations.OpenAIOperations.CreateFile, "/files", null) { Body = form },
            TestContext.Current.CancellationToken));
    }

    private static void Impatient(SwitchboardClientOptions options)
    {
        options.TimeProvider = TimeProvider.System;
        options.Timeout = TimeSpan.FromMilliseconds(300);
        options.StreamIdleTimeout = TimeSpan.FromMilliseconds(300);
        options.MaxRetries = 0;
    }

    private sealed class MissingFile : Switchboard.Protocol.Multipart.IMultipartRequest
    {
        public void WriteTo(Switchboard.Protocol.Multipart.MultipartForm form) =>
            form.Add("file", Switchboard.Protocol.Multipart.UploadFile.FromFactory(_ => throw new FileNotFoundException("There is no such file."), "a.txt"));
    }
}
