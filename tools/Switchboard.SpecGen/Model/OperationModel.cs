using Switchboard.SpecGen.Specification;

namespace Switchboard.SpecGen.Model;

/// <summary>An operation with everything that a client has to know of it.</summary>
internal sealed record OperationModel(Operation Operation)
{
    public TypeUse? Request { get; init; }

    public TypeUse? Form { get; init; }

    public TypeUse? Response { get; init; }

    /// <summary>The type of one event, where the answer can be a stream.</summary>
    public TypeUse? StreamEvent { get; init; }

    /// <summary>The value of the <c>OpenAI-Beta</c> header.</summary>
    public string? Beta { get; init; }

    public Pagination Pagination { get; init; }
}

/// <summary>How the next page of a list is asked for.</summary>
internal enum Pagination
{
    None,
    LastId,
    LastItem,
    Next,
    NextPage,
}
