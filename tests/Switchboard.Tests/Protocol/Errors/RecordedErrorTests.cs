using System.Text.Json;
using Switchboard.Protocol.Errors;
using Switchboard.Testing.Places;
using Switchboard.Testing.Recordings;

namespace Switchboard.Tests.Protocol.Errors;

/// <summary>Errors that servers really sent.</summary>
public sealed class RecordedErrorTests
{
    [Fact]
    public void Every_recorded_error_is_understood()
    {
        var (read, compared) = (0, 0);
        foreach (var (file, exchange) in Errors())
        {
            var error = ApiError.Read(exchange.ResponseBody.Span, ContentTypeOf(exchange));

            Assert.True(exchange.ResponseBody.IsEmpty || (error.HasMessage && error.Message.Length > 0), file);
            Assert.True(error.GetKind(exchange.Status) is not ApiErrorKind.Unknown, file);
            read++;
            compared += CompareWithOpenAI(file, exchange, error) ? 1 : 0;
        }

        Assert.True(read > 60 && compared > 45, $"{read} errors, {compared} of OpenAI's shape");
    }

    [Theory]
    [InlineData("google", 400, "INVALID_ARGUMENT", "400", ApiErrorKind.BadRequest)]
    [InlineData("google", 429, "RESOURCE_EXHAUSTED", "429", ApiErrorKind.RateLimited)]
    [InlineData("anthropic", 401, "authentication_error", null, ApiErrorKind.Authentication)]
    [InlineData("anthropic", 400, "invalid_request_error", null, ApiErrorKind.BadRequest)]
    [InlineData("azure", 429, null, "RateLimitReached", ApiErrorKind.RateLimited)]
    [InlineData("cohere", 400, "TOO_MANY_TOKENS", null, ApiErrorKind.ContextLengthExceeded)]
    [InlineData("perplexity", 400, "too_many_prompt_tokens", "400", ApiErrorKind.ContextLengthExceeded)]
    [InlineData("bedrock", 403, null, null, ApiErrorKind.PermissionDenied)]
    [InlineData("mistral", 401, null, null, ApiErrorKind.Authentication)]
    [InlineData("xai", 400, null, "invalid-argument", ApiErrorKind.BadRequest)]
    [InlineData("openrouter", 401, null, "401", ApiErrorKind.Authentication)]
    public void Each_provider_says_it_in_its_way(string provider, int status, string? type, string? code, ApiErrorKind kind)
    {
        var (file, exchange) = Cassettes(provider).First(recorded => recorded.Exchange.Status == status);

        var error = ApiError.Read(exchange.ResponseBody.Span, ContentTypeOf(exchange));

        Assert.True((type, code, kind) == (error.Type, error.Code, error.GetKind(status)), $"{file}: {error.Type}, {error.Code}, {error.GetKind(status)}");
    }

    [Fact]
    public void A_recorded_error_event_is_understood()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var file = SharedFolder.Combine("fixtures", "vercel+ai", "packages", "openai", "src", "responses", "__fixtures__", "openai-error.1.chunks.txt");
        var line = Assert.Single(File.ReadLines(file), line => line.StartsWith("""{"type":"error""", StringComparison.Ordinal));

        var error = ApiError.Read(System.Text.Encoding.UTF8.GetBytes(line));

        Assert.StartsWith("You exceeded your current quota", error.Message, StringComparison.Ordinal);
        Assert.Equal(("insufficient_quota", ApiErrorKind.InsufficientQuota), (error.Code, error.GetKind(200)));
    }

    // True where the body has OpenAI's shape; the four members must then be just those.
    private static bool CompareWithOpenAI(string file, RecordedExchange exchange, ApiError error)
    {
        using var body = JsonDocument.Parse(exchange.ResponseBody);
        if (body.RootElement.ValueKind != JsonValueKind.Object || !body.RootElement.TryGetProperty("error", out var inner)
            || inner.ValueKind != JsonValueKind.Object || !inner.TryGetProperty("param", out _))
        {
            return false;
        }

        Assert.True(
            (Text(inner, "message"), Text(inner, "type"), Text(inner, "param"), Text(inner, "code")) == (error.Message, error.Type, error.Param, error.Code),
            $"{file}: {error}");
        return true;
    }

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static string? ContentTypeOf(RecordedExchange exchange) =>
        exchange.ResponseHeaders.FirstOrDefault(header => string.Equals(header.Key, "Content-Type", StringComparison.OrdinalIgnoreCase)).Value;

    private static IEnumerable<(string File, RecordedExchange Exchange)> Errors()
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        var sessions = from file in Directory.EnumerateFiles(SharedFolder.Combine("recordings"), "*.json", SearchOption.AllDirectories)
                       from exchange in Recording.FromSession(file).Exchanges
                       where exchange.Status >= 400
                       select (file, exchange);
        return sessions.Concat(Cassettes(provider: null));
    }

    // The index names the cassettes whose status is an error: column 4 the provider, column 8 the status.
    private static IEnumerable<(string File, RecordedExchange Exchange)> Cassettes(string? provider)
    {
        Assert.SkipWhen(SharedFolder.SkipReason is not null, SharedFolder.SkipReason ?? "");
        return from line in File.ReadLines(SharedFolder.Combine("fixtures", "index.tsv")).Skip(1)
               let columns = line.Split('\t')
               where int.TryParse(columns[7], out var status) && status >= 400 && (provider is null || columns[3] == provider)
               let file = columns[0].Split('#')[0]
               from exchange in Recording.FromCassette(SharedFolder.Combine(["fixtures", .. file.Split('/')])).Exchanges
               where exchange.Status >= 400
               select (file, exchange);
    }
}
