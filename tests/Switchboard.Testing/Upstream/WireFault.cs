namespace Switchboard.Testing.Upstream;

/// <summary>What goes wrong on the connection, and where in the answer.</summary>
internal readonly record struct WireFault(FaultKind Kind, FaultPoint Point, int Events = 0);

internal enum FaultKind
{
    /// <summary>Nothing more comes; the connection stays.</summary>
    Hang,

    /// <summary>The connection is reset (RST).</summary>
    Reset,

    /// <summary>Bytes come that no framing allows, and the connection ends in order.</summary>
    Garbage,

    /// <summary>The connection ends in order (FIN).</summary>
    Close,
}

internal enum FaultPoint
{
    BeforeHeaders,
    AfterHeaders,
    AfterEvents,
    MidBody,
    BeforeTerminator,
}
