using System.Text.Json;
using Switchboard.Testing.Upstream;

namespace Switchboard.Testing.Recordings;

/// <summary>
/// Finds the recorded answer for a request: same method and path; of several the one with the same body and query, then
/// the first that was not given yet. When all were given the best one is given again (a client may retry).
/// </summary>
internal sealed class RecordingReplay(Recording recording)
{
    private readonly Lock _lock = new();
    private readonly HashSet<RecordedExchange> _given = new(ReferenceEqualityComparer.Instance);

    public RecordedExchange? Find(UpstreamRequest request)
    {
        lock (_lock)
        {
            var found = recording.Exchanges
                .Where(e => e.Method == request.Method && e.Uri.AbsolutePath == request.Path)
                .OrderByDescending(e => IsSameBody(e, request) && IsSameQuery(e, request))
                .ThenBy(_given.Contains)
                .ThenByDescending(e => IsSameBody(e, request))
                .ThenByDescending(e => IsSameQuery(e, request))
                .FirstOrDefault();
            if (found is not null)
            {
                _given.Add(found);
            }

            return found;
        }
    }

    private static bool IsSameQuery(RecordedExchange exchange, UpstreamRequest request) =>
        Uri.UnescapeDataString(exchange.Uri.Query) == Uri.UnescapeDataString(request.Query);

    private static bool IsSameBody(RecordedExchange exchange, UpstreamRequest request) =>
        exchange.RequestBody.Span.SequenceEqual(request.Body.Span)
        || (TryParse(exchange.RequestBody) is { } recorded && TryParse(request.Body) is { } sent && JsonElement.DeepEquals(recorded, sent));

    private static JsonElement? TryParse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonElement.Parse(body.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
