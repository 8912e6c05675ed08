using Switchboard.Client.StructuredOutputs;
using Switchboard.Client.Tools;
using Switchboard.Protocol.Responses;

namespace Switchboard.Client.Responses;

/// <summary>What a tool loop of responses came to.</summary>
public sealed class ResponseToolRun
{
    internal ResponseToolRun(IReadOnlyList<ToolRound<Response>> rounds, IReadOnlyList<ResponseItem> items, ResponseUsage? usage, ToolLoopEnd end)
    {
        Rounds = rounds;
        Items = items;
        Usage = usage;
        End = end;
    }

    /// <summary>The last response.</summary>
    public Response Response => Rounds[^1].Answer;

    /// <summary>The text of the last response; null when the model refused, or wanted still more calls.</summary>
    public string? Text => ResponseText.LastOf(Response).Text;

    /// <summary>Why the loop ended. When it was at a limit, the last response has calls that nobody answered.</summary>
    public ToolLoopEnd End { get; }

    /// <summary>The conversation: the request's input, the output of all responses and all results.</summary>
    public IReadOnlyList<ResponseItem> Items { get; }

    /// <summary>The tokens of all requests together; null when the server told none.</summary>
    public ResponseUsage? Usage { get; }

    /// <summary>Each response with its results, in order.</summary>
    public IReadOnlyList<ToolRound<Response>> Rounds { get; }
}
