namespace Switchboard.Gateway.Requests;

/// <summary>Where in a request's body the usage of a stream can be asked for, when the caller did not.</summary>
/// <param name="Form">What stands there.</param>
/// <param name="Start">Where it begins, or where to insert.</param>
/// <param name="Length">How long it is.</param>
internal readonly record struct UsagePlace(UsageForm Form, int Start, int Length)
{
    /// <summary>The same in a body in which it lies elsewhere.</summary>
    public UsagePlace Moved(Func<int, int> move)
    {
        var start = move(Start);
        return this with { Start = start, Length = move(Start + Length) - start };
    }

    /// <summary>Puts the question there.</summary>
    public void AskIn(BodyEdits edits, ReadOnlySpan<byte> body)
    {
        switch (Form)
        {
            case UsageForm.Nothing:
                edits.AddMember(body, "stream_options", """{"include_usage":true}"""u8);
                break;
            case UsageForm.NoOptions:
                edits.Replace(Start, Length, """{"include_usage":true}"""u8.ToArray());
                break;
            case UsageForm.EmptyOptions:
                edits.Replace(Start, Length, "\"include_usage\":true"u8.ToArray());
                break;
            case UsageForm.OtherOptions:
                edits.Replace(Start, Length, "\"include_usage\":true,"u8.ToArray());
                break;
            case UsageForm.Answer:
                edits.Replace(Start, Length, "true"u8.ToArray());
                break;
        }
    }
}

/// <summary>What a request says of <c>stream_options</c>.</summary>
internal enum UsageForm
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary><c>null</c>.</summary>
    NoOptions,

    /// <summary>An object without members.</summary>
    EmptyOptions,

    /// <summary>An object with other members.</summary>
    OtherOptions,

    /// <summary>An object whose <c>include_usage</c> is not true.</summary>
    Answer,
}
