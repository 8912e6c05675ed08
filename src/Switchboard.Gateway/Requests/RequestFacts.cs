namespace Switchboard.Gateway.Requests;

/// <summary>The few fields of a request that the gateway itself looks at.</summary>
/// <param name="Model">The model asked for, unescaped; empty where the request names none and need not.</param>
/// <param name="ModelSpan">Where the JSON string of <c>model</c> lies in the body, quotes included, so that it can be renamed in place; where a member can be put in when there is none.</param>
/// <param name="Stream">True when server-sent events are asked for.</param>
/// <param name="IncludeUsage">True when <c>stream_options.include_usage</c> is set.</param>
/// <param name="Choices">The number of choices, <c>n</c>: 1 to 128.</param>
public sealed record RequestFacts(string Model, Range ModelSpan, bool Stream, bool IncludeUsage, int Choices)
{
    /// <summary>False where <see cref="Model"/> is not written in the body but was filled in, so that it has to be put there.</summary>
    public bool HasModel { get; init; } = true;

    /// <summary>The most tokens that an answer may have, as the request says, from 1; 0 where it says nothing.</summary>
    public int AnswerTokens { get; init; }

    /// <summary>A stream shall begin with the request's id, as <c>nvext.annotations</c> asks.</summary>
    public bool WantsRequestId { get; init; }

    /// <summary>The members that are not passed on.</summary>
    public IReadOnlyList<string> Dropped { get; init; } = [];

    /// <summary>What is left out of the body and filled in.</summary>
    internal BodyEdits? Edits { get; init; }

    /// <summary>Where the usage of a stream can be asked for, when the caller did not.</summary>
    internal UsagePlace UsagePlace { get; init; }

    /// <summary>The facts of a request that the gateway does not look into.</summary>
    public static RequestFacts None { get; } = new("", default, Stream: false, IncludeUsage: false, Choices: 1);
}
