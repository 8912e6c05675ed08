using Switchboard.SpecGen.Specification;

namespace Switchboard.SpecGen.Model;

/// <summary>An operation with everything that a client has to know of it.</summary>
internal sealed record OperationModel(Operation Operation)
{
    public TypeUse? Request { get; init; }

    public TypeUse? Form { get; init; }

    public TypeUse? Response { get; init; }

    /// <summary>The client's function that every request goes through; null for none.</summary>
    public string? Preparation { get; init; }

    /// <summary>The type of one event, where the answer can be a stream.</summary>
    public TypeUse? StreamEvent { get; init; }

    /// <summary>The value of the <c>OpenAI-Beta</c> header.</summary>
    public string? Beta { get; init; }

    public Pagination Pagination { get; init; }

    /// <summary>The answer is bytes, or text that is no JSON.</summary>
    public bool AnswersContent { get; init; }

    /// <summary>What a caller may say in the query.</summary>
    public IReadOnlyList<QueryParameter> Query { get; init; } = [];
}

/// <summary>A parameter of the query with its type.</summary>
internal sealed record QueryParameter(Parameter Parameter, TypeReference Type, string Name);

/// <summary>How the next page of a list is asked for.</summary>
internal enum Pagination
{
    None,
    LastId,
    LastItem,
    Next,
    NextPage,
}
