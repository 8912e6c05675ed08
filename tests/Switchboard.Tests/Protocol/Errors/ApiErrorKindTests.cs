using System.Text.Json;
using Switchboard.Protocol.Errors;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Protocol.Errors;

public sealed class ApiErrorKindTests
{
    [Theory]
    [InlineData(400, ApiErrorKind.BadRequest, false)]
    [InlineData(401, ApiErrorKind.Authentication, false)]
    [InlineData(402, ApiErrorKind.InsufficientQuota, false)]
    [InlineData(403, ApiErrorKind.PermissionDenied, false)]
    [InlineData(404, ApiErrorKind.NotFound, false)]
    [InlineData(405, ApiErrorKind.BadRequest, false)]
    [InlineData(408, ApiErrorKind.Timeout, true)]
    [InlineData(409, ApiErrorKind.Conflict, true)]
    [InlineData(413, ApiErrorKind.BadRequest, false)]
    [InlineData(422, ApiErrorKind.UnprocessableEntity, false)]
    [InlineData(429, ApiErrorKind.RateLimited, true)]
    [InlineData(499, ApiErrorKind.BadRequest, false)]
    [InlineData(500, ApiErrorKind.ServerError, true)]
    [InlineData(501, ApiErrorKind.ServerError, true)]
    [InlineData(502, ApiErrorKind.ServerError, true)]
    [InlineData(503, ApiErrorKind.Overloaded, true)]
    [InlineData(504, ApiErrorKind.Timeout, true)]
    [InlineData(529, ApiErrorKind.Overloaded, true)]
    [InlineData(599, ApiErrorKind.ServerError, true)]
    [InlineData(200, ApiErrorKind.Unknown, false)]
    [InlineData(302, ApiErrorKind.Unknown, false)]
    [InlineData(600, ApiErrorKind.Unknown, false)]
    [InlineData(0, ApiErrorKind.Unknown, false)]
    public void A_status_has_a_kind(int status, ApiErrorKind kind, bool isWorthRetrying)
    {
        Assert.Equal(kind, ApiErrorKinds.Of(status, null, null));
        Assert.Equal(isWorthRetrying, kind.IsWorthRetrying());
    }

    [Theory]
    // The status decides ...
    [InlineData(400, "rate_limit_error", null, ApiErrorKind.BadRequest)]
    [InlineData(404, "invalid_request_error", "not_found", ApiErrorKind.NotFound)]
    [InlineData(401, "invalid_request_error", "invalid_api_key", ApiErrorKind.Authentication)]
    [InlineData(500, "invalid_request_error", "context_length_exceeded", ApiErrorKind.ServerError)]
    [InlineData(500, null, "401", ApiErrorKind.ServerError)]
    // ... save where the name says more.
    [InlineData(429, "insufficient_quota", "insufficient_quota", ApiErrorKind.InsufficientQuota)]
    [InlineData(429, "insufficient_quota", null, ApiErrorKind.InsufficientQuota)]
    [InlineData(429, "exceeded_current_quota_error", null, ApiErrorKind.InsufficientQuota)]
    [InlineData(403, "new_api_error", "insufficient_user_quota", ApiErrorKind.InsufficientQuota)]
    [InlineData(500, null, "insufficient_quota", ApiErrorKind.InsufficientQuota)]
    [InlineData(429, "engine_overloaded_error", null, ApiErrorKind.Overloaded)]
    [InlineData(429, "tokens", "rate_limit_exceeded", ApiErrorKind.RateLimited)]
    [InlineData(429, "RESOURCE_EXHAUSTED", "429", ApiErrorKind.RateLimited)]
    [InlineData(400, "invalid_request_error", "context_length_exceeded", ApiErrorKind.ContextLengthExceeded)]
    [InlineData(400, "too_many_prompt_tokens", "400", ApiErrorKind.ContextLengthExceeded)]
    [InlineData(400, null, "content_filter", ApiErrorKind.ContentFiltered)]
    [InlineData(400, "image_generation_user_error", "moderation_blocked", ApiErrorKind.ContentFiltered)]
    // Inside a stream the names decide alone.
    [InlineData(200, null, "rate_limit_exceeded", ApiErrorKind.RateLimited)]
    [InlineData(200, "overloaded_error", null, ApiErrorKind.Overloaded)]
    [InlineData(200, "insufficient_quota", "insufficient_quota", ApiErrorKind.InsufficientQuota)]
    [InlineData(200, "BadRequestError", "400", ApiErrorKind.BadRequest)]
    [InlineData(200, "internal_server_error", "500", ApiErrorKind.ServerError)]
    [InlineData(200, "what_is_this", "never_seen", ApiErrorKind.Unknown)]
    [InlineData(200, "invalid_request_error", "never_seen", ApiErrorKind.BadRequest)]
    public void Type_and_code_refine_the_status(int status, string? type, string? code, ApiErrorKind kind) =>
        Assert.Equal(kind, ApiErrorKinds.Of(status, type, code));

    [Fact]
    public void An_empty_account_is_never_worth_another_attempt()
    {
        for (var status = 0; status < 1000; status++)
        {
            Assert.False(ApiErrorKinds.Of(status, null, "insufficient_quota").IsWorthRetrying());
        }
    }

    [Fact]
    public void Every_code_of_a_failed_response_has_a_kind()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        using var specification = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Combine("openapi", "openapi.json")));
        var codes = specification.RootElement.GetProperty("components").GetProperty("schemas").GetProperty("ResponseErrorCode").GetProperty("enum")
            .EnumerateArray().Select(code => code.GetString()!).ToList();

        Assert.True(codes.Count >= 18, $"{codes.Count} codes");
        Assert.All(codes, code => Assert.NotEqual(ApiErrorKind.Unknown, ApiErrorKinds.Of(200, null, code)));
    }

    [Fact]
    public void Every_type_of_ours_has_a_kind()
    {
        var types = typeof(ErrorTypes).GetFields().Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.Equal(9, types.Count);
        Assert.All(types, type => Assert.NotEqual(ApiErrorKind.Unknown, ApiErrorKinds.Of(200, type, null)));
    }
}
