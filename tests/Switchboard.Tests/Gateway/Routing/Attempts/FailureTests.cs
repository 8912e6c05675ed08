using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Routing.Attempts;
using Switchboard.Protocol.Errors;

namespace Switchboard.Tests.Gateway.Routing.Attempts;

public sealed class FailureTests
{
    [Theory]
    [InlineData(400, null, "The temperature is too high.", nameof(Failure.OfRequest))]
    [InlineData(413, "request_too_large", "", nameof(Failure.OfRequest))]
    [InlineData(422, null, "", nameof(Failure.OfRequest))]
    [InlineData(499, "client_closed_request", "", nameof(Failure.OfRequest))]
    [InlineData(400, "context_length_exceeded", "", nameof(Failure.ContextWindow))]
    [InlineData(400, null, "This model's maximum context length is 4096 tokens.", nameof(Failure.ContextWindow))]
    [InlineData(400, null, "prompt is too long: 210000 tokens > 200000 maximum", nameof(Failure.ContextWindow))]
    [InlineData(413, null, "the request exceeds the available context size", nameof(Failure.ContextWindow))]
    [InlineData(400, null, "The input token count (1) exceeds the maximum number of tokens allowed (1).", nameof(Failure.ContextWindow))]
    [InlineData(400, "content_filter", "", nameof(Failure.ContentFilter))]
    [InlineData(400, "content_policy_violation", "", nameof(Failure.ContentFilter))]
    [InlineData(401, "invalid_api_key", "", nameof(Failure.Refused))]
    [InlineData(402, null, "", nameof(Failure.Refused))]
    [InlineData(403, null, "", nameof(Failure.Refused))]
    [InlineData(404, "model_not_found", "", nameof(Failure.Refused))]
    [InlineData(404, null, "model \"x\" not found, try pulling it first", nameof(Failure.Refused))]
    [InlineData(404, null, "Response resp_1 not found.", nameof(Failure.Elsewhere))]
    [InlineData(409, null, "", nameof(Failure.Elsewhere))]
    [InlineData(425, null, "", nameof(Failure.Elsewhere))]
    [InlineData(501, null, "", nameof(Failure.Elsewhere))]
    [InlineData(429, "rate_limit_exceeded", "", nameof(Failure.Limited))]
    [InlineData(429, "insufficient_quota", "", nameof(Failure.Refused))]
    [InlineData(408, null, "", nameof(Failure.Broken))]
    [InlineData(500, null, "", nameof(Failure.Broken))]
    [InlineData(502, "upstream_unreachable", "", nameof(Failure.Broken))]
    [InlineData(503, "overloaded", "", nameof(Failure.Broken))]
    [InlineData(504, "upstream_timeout", "", nameof(Failure.Broken))]
    public void An_error_says_whether_another_may_answer(int status, string? code, string message, string expected) =>
        Assert.Equal(expected, Failures.Of(new GatewayError(status, new ErrorBody(message, "", null, code))).ToString());
}
