namespace Switchboard.SpecGen.Specification;

/// <summary>One operation of the API: what goes in and what comes out.</summary>
internal sealed record Operation(string Id, string Method, string Path, IReadOnlyList<Parameter> Parameters)
{
    /// <summary>The JSON body's schema.</summary>
    public Schema? JsonRequest { get; init; }

    /// <summary>A call may be made without a body.</summary>
    public bool IsBodyOptional { get; init; }

    /// <summary>The form's schema, for <c>multipart/form-data</c>.</summary>
    public Schema? FormRequest { get; init; }

    /// <summary>The JSON answer's schema.</summary>
    public Schema? Response { get; init; }

    /// <summary>The schema of one event, where the answer can be <c>text/event-stream</c>.</summary>
    public Schema? StreamEvent { get; init; }

    /// <summary>Media type of an answer that is bytes: audio, video, a file.</summary>
    public string? BinaryResponse { get; init; }

    public bool NeedsAdminKey { get; init; }

    public bool Deprecated { get; init; }
}

/// <summary>A parameter of a path or a query.</summary>
internal sealed record Parameter(string Name, bool InPath, bool Required, Schema Schema);
