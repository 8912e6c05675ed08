using Switchboard.Testing.Json;
using Switchboard.Tests.Client.Calls;

namespace Switchboard.Tests.Client.Replay;

/// <summary>What differs between the request that was sent and the recorded one.</summary>
internal static class RequestComparison
{
    // Compared by what they are for, not by their text: Accept names what was answered, Authorization holds a key, of a
    // form's type the boundary differs. User-Agent, Content-Length and tracing are of the sender, not of the request.
    private static readonly string[] s_equalHeaders = ["OpenAI-Organization", "OpenAI-Project", "Idempotency-Key"];

    public static async Task<IReadOnlyList<string>> DifferencesAsync(ReplayedCall call, string key)
    {
        var (recorded, sent) = (call.Interaction.Exchange, call.Sent);
        var differences = new List<string>();
        Compare(differences, "method", recorded.Method, sent.Method);
        Compare(differences, "path", recorded.Uri.AbsolutePath, sent.Path);
        Compare(differences, "query", Sorted(recorded.Uri.Query), Sorted(sent.Query));
        Compare(differences, "Authorization", $"Bearer {key}", sent.Header("Authorization"));
        foreach (var name in s_equalHeaders)
        {
            Compare(differences, name, Interaction.Header(recorded.RequestHeaders, name), sent.Header(name));
        }

        // The recorder sends no beta header for vector stores; the API's clients for Python and JavaScript do, and so does this.
        var beta = Interaction.Header(recorded.RequestHeaders, "OpenAI-Beta");
        if (beta is not null || !recorded.Uri.AbsolutePath.StartsWith("/v1/vector_stores", StringComparison.Ordinal))
        {
            Compare(differences, "OpenAI-Beta", beta, sent.Header("OpenAI-Beta"));
        }

        var answered = MediaType(Interaction.Header(recorded.ResponseHeaders, "Content-Type"));
        if (answered is "application/json" or "text/event-stream" && recorded.Status < 400 && sent.Header("Accept") is not "*/*" and var accepted)
        {
            Compare(differences, "Accept", answered, accepted);
        }

        // An optional body that says nothing is sent as {}: the API takes it, and a method is always the same request.
        Compare(differences, "Content-Type", MediaType(call.Interaction.ContentType ?? (sent.BodyText == "{}" ? "application/json" : null)), MediaType(sent.Header("Content-Type")));
        differences.AddRange(call.Interaction switch
        {
            { IsBodyLost: true } => [],
            { IsJson: true } => JsonDifference.Between(recorded.RequestBody.Span, sent.Body.Span).Select(difference => $"body {difference}"),
            { IsForm: true } => await FormDifferencesAsync(call),
            _ => sent.BodyText is "" or "{}" ? [] : [$"a body where none was recorded: {sent.BodyText}"],
        });
        return differences;
    }

    private static async Task<IEnumerable<string>> FormDifferencesAsync(ReplayedCall call)
    {
        var recorded = await FormPart.ReadAsync(call.Interaction.Exchange.RequestBody, call.Interaction.ContentType!);
        var sent = await FormPart.ReadAsync(call.Sent.Body, call.Sent.Header("Content-Type")!);
        var (before, after) = (recorded.Select(Describe).Order().ToList(), sent.Select(Describe).Order().ToList());
        return before.SequenceEqual(after) ? [] : [$"the form differs: recorded {string.Join("; ", before.Except(after))}, sent {string.Join("; ", after.Except(before))}"];
    }

    // The order of fields says nothing. Text needs no type (RFC 7578, 4.4), and the recorder told none of its files.
    private static string Describe(FormPart part) => part.FileName is null
        ? $"{part.Name}={part.Text}"
        : $"{part.Name}: {part.FileName}, {part.Content.Length} bytes, {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(part.Content))[..16]}";

    private static string Sorted(string query) => string.Join('&', QueryRecord.PairsOf(query).Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));

    private static string? MediaType(string? contentType) => contentType?.Split(';')[0].Trim();

    private static void Compare(List<string> differences, string what, string? recorded, string? sent)
    {
        if (recorded != sent)
        {
            differences.Add($"{what}: recorded {recorded ?? "none"}, sent {sent ?? "none"}");
        }
    }
}
