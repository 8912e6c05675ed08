namespace Switchboard.Protocol.Errors;

/// <summary>Reads the member <c>error</c> of an answer or an event.</summary>
public static class ErrorMember
{
    /// <summary>
    /// True when the member's value tells of an error. <c>null</c>, <c>false</c>, <c>0</c> and <c>""</c> do not: some
    /// servers write them all the time, and no SDK takes them for one.
    /// </summary>
    /// <param name="json">A reader that stands on the value's first token.</param>
    public static bool TellsError(ref readonly Utf8JsonReader json) => json.TokenType switch
    {
        JsonTokenType.Null or JsonTokenType.False => false,
        JsonTokenType.String => json.HasValueSequence ? !json.ValueSequence.IsEmpty : !json.ValueSpan.IsEmpty,
        JsonTokenType.Number => !json.TryGetDouble(out var number) || number != 0,
        _ => true,
    };
}
