namespace Switchboard.Testing.Upstream;

/// <summary>How the end of a body is told on the wire.</summary>
public enum BodyFraming
{
    /// <summary>Its length stands in the head.</summary>
    ContentLength,

    /// <summary>In chunks; an empty one ends it.</summary>
    Chunked,

    /// <summary>The connection ends with it.</summary>
    UntilClose,
}
