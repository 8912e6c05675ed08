namespace Switchboard.Client.Helpers;

/// <summary>A growing text as it was at one moment; made into a string only when asked for.</summary>
internal readonly record struct TextSoFar(GrowingText Source, int Length)
{
    public TextSoFar(GrowingText source)
        : this(source, source.Length)
    {
    }

    public PartialJson Json => Source.Json;

    public override string ToString() => Source?.ToString(Length) ?? "";
}
