using System.Text.Json;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;

namespace Switchboard.Gateway.Providers.OpenAICompatible;

/// <summary>Asks a provider for its models, by default as OpenAI has it: <c>GET models</c>, a list in <c>data</c>.</summary>
internal sealed class ModelLister(UpstreamConnection connection, TimeProvider time)
{
    private const int MostBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    /// <summary>Where the list stands, below the base URL.</summary>
    public string Path { get; init; } = "models";

    /// <summary>The member that holds the list; the answer itself may be the list, too.</summary>
    public string Member { get; init; } = "data";

    /// <summary>What an element of the list says of a model; null for what is none. By default as OpenAI has it.</summary>
    public Func<JsonElement, ModelDescription?>? Describe { get; init; }

    /// <summary>The models it says it has, or why it did not say.</summary>
    public async ValueTask<ModelListing> ListAsync(CancellationToken cancellationToken)
    {
        var limit = connection.Settings.Timeout < s_longest ? connection.Settings.Timeout : s_longest;
        using var deadline = new CancellationTokenSource(limit, time);
        using var attempt = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await AskAsync(attempt.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new([], UpstreamFaults.TimedOut(connection.Provider, limit));
        }
        catch (Exception exception) when (UpstreamFaults.IsNetwork(exception))
        {
            return new([], UpstreamFaults.From(connection.Provider, exception));
        }
    }

    private async ValueTask<ModelListing> AskAsync(CancellationToken cancellationToken)
    {
        var request = connection.CreateRequest(Path);
        using var answer = await connection.SendAsync(request, cancellationToken);
        using var body = await BoundedBody.ReadAsync(answer, MostBytes, cancellationToken);
        if (LongWork.IsElsewhere(body.Bytes.Length))
        {
            await Task.Yield();
        }

        if (!answer.IsSuccess)
        {
            return new([], connection.Errors.FromAnswer(answer, body.Bytes.Span, time.GetUtcNow()));
        }

        return body.IsWhole && Parse(body.Bytes) is { } models
            ? new(models)
            : new([], UpstreamFaults.Invalid(connection.Provider, "a list of models that is none"));
    }

    private List<ModelDescription>? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(Member, out var data))
            {
                root = data;
            }

            return root.ValueKind != JsonValueKind.Array
                ? null
                : [.. root.EnumerateArray().Select(Describe ?? DescribeUsual).OfType<ModelDescription>().DistinctBy(model => model.Id, StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private ModelDescription? DescribeUsual(JsonElement model)
    {
        if (model.ValueKind != JsonValueKind.Object || Text(model, "id") is not { Length: > 0 } id)
        {
            return null;
        }

        // Beyond the year 9999 the number is no time.
        const long LatestSecond = 253_402_300_799;
        var created = model.TryGetProperty("created", out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds is >= 0 and <= LatestSecond
            ? seconds
            : 0;
        return new ModelDescription(id, DateTimeOffset.FromUnixTimeSeconds(created), Text(model, "owned_by") ?? connection.Provider);
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
