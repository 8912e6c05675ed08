namespace Switchboard.Testing.Corpus;

/// <summary>Something in the shared folder that is no JSON body of an operation, and why.</summary>
/// <param name="Source">The file, with the entry in it.</param>
/// <param name="Reason">Why it is left out; <see cref="Unclassified"/> when nobody has said.</param>
public sealed record SkippedBody(string Source, string Reason)
{
    /// <summary>The reason of what the classification does not know.</summary>
    public const string Unclassified = "not classified";
}
