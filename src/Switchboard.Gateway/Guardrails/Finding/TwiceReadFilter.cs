namespace Switchboard.Gateway.Guardrails.Finding;

/// <summary>Reads a text as it stands, and one that is JSON then as its reader will.</summary>
/// <param name="asItStands">Reads it as it stands.</param>
/// <param name="asJson">Reads what the first lets through, as JSON.</param>
/// <param name="isJson">Whether it is JSON; null where its beginning tells.</param>
internal sealed class TwiceReadFilter(ITextFilter asItStands, ITextFilter asJson, bool? isJson) : ITextFilter
{
    private readonly OwnedText _between = new();
    private bool? _isJson = isJson;

    /// <inheritdoc/>
    // What the second holds came before.
    public int? Oldest => asJson.Oldest ?? asItStands.Oldest;

    /// <inheritdoc/>
    public async ValueTask<Refusal?> TakeAsync(OwnedText input, TextEnd end, OwnedText output, CancellationToken cancellationToken)
    {
        if (await asItStands.TakeAsync(input, end, _between, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        _isJson ??= IsJson(_between.Chars);
        if (_isJson is true)
        {
            return await asJson.TakeAsync(_between, end, output, cancellationToken);
        }

        output.Take(_between);
        return null;
    }

    private static bool? IsJson(ReadOnlySpan<char> text)
    {
        text = text.TrimStart();
        return text.IsEmpty ? null : text[0] is '{' or '[';
    }
}
