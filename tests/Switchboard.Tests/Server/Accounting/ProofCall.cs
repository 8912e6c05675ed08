using System.Globalization;
using System.Text;

namespace Switchboard.Tests.Server.Accounting;

/// <summary>What is asked for in a call of the proof.</summary>
internal enum ProofKind
{
    Chat,
    ChatStream,
    Response,
    ResponseStream,
    Embedding,
}

/// <summary>What becomes of a call of the proof.</summary>
internal enum ProofFate
{
    /// <summary>It is answered.</summary>
    Answered,

    /// <summary>Its caller leaves when the upstream has the request and has said nothing.</summary>
    LeftAtOnce,

    /// <summary>Its caller leaves in the midst of the words.</summary>
    LeftMidway,

    /// <summary>Its caller leaves when the usage was told and the end was not.</summary>
    LeftAfterUsage,

    /// <summary>The first deployment sends 429; there is another.</summary>
    Limited,

    /// <summary>The first deployment that is asked sends 500.</summary>
    FailsOnce,

    /// <summary>Every deployment sends 500.</summary>
    Fails,

    /// <summary>It is refused with 400.</summary>
    Refused,

    /// <summary>The first deployment that is asked ends its stream before it said anything.</summary>
    CutAtOnce,

    /// <summary>The stream is cut in the midst of the words.</summary>
    CutMidway,

    /// <summary>The stream is cut between its usage and its end.</summary>
    CutAfterUsage,
}

/// <summary>A call of the proof, of which everything follows from its number: what the caller sends, and what the upstream does.</summary>
internal sealed record ProofCall
{
    /// <summary>A word is eight bytes: two tokens where the gateway counts, one where the upstream does.</summary>
    public const string Word = "wordword";

    /// <summary>How many of them come before a stream is left or cut in its midst.</summary>
    public const int WordsMidway = 5;

    private static readonly ProofFate[] s_streamsAreLeft = [ProofFate.LeftMidway, ProofFate.LeftAtOnce, ProofFate.LeftMidway, ProofFate.LeftAfterUsage];
    private static readonly ProofFate[] s_streamsFail = [ProofFate.CutMidway, ProofFate.Fails, ProofFate.CutAfterUsage, ProofFate.FailsOnce, ProofFate.CutAtOnce, ProofFate.Limited];
    private static readonly ProofFate[] s_othersFail = [ProofFate.Fails, ProofFate.FailsOnce, ProofFate.Refused, ProofFate.Limited];

    private ProofCall(int number)
    {
        var turn = number / 10;
        Number = number;
        Kind = (ProofKind)(turn % 5);
        Fate = (number % 10, IsStream) switch
        {
            (3, true) => s_streamsAreLeft[turn / 5 % s_streamsAreLeft.Length],
            (3, false) => ProofFate.LeftAtOnce,
            (7, true) => s_streamsFail[turn / 5 % s_streamsFail.Length],
            (7, false) => s_othersFail[turn / 5 % s_othersFail.Length],
            _ => ProofFate.Answered,
        };
        Model = Fate == ProofFate.Limited ? "limited" : Kind == ProofKind.Embedding ? "vectors" : turn / 7 % 2 == 0 ? "small" : "large";
        Path = Kind switch { ProofKind.Embedding => "/v1/embeddings", ProofKind.Chat or ProofKind.ChatStream => "/v1/chat/completions", _ => "/v1/responses" };
        Body = BodyOf();
    }

    public int Number { get; }

    public ProofKind Kind { get; }

    public ProofFate Fate { get; }

    public string Model { get; }

    public string Path { get; }

    public string Body { get; }

    public bool IsStream => Kind is ProofKind.ChatStream or ProofKind.ResponseStream;

    public string RequestId => string.Create(CultureInfo.InvariantCulture, $"proof-{Number}");

    /// <summary>The tokens of the prompt where the usage comes: some of them from the provider's cache.</summary>
    public (int Prompt, int Cached) Told => (10 + (Number % 97), Kind == ProofKind.Embedding ? 0 : Number % 10);

    /// <summary>The words of a whole answer, which are its tokens there; of a vector there are none.</summary>
    public int Words => Kind == ProofKind.Embedding ? 0 : WordsMidway + 1 + (Number % 13);

    /// <summary>Tokens that are thought and not said.</summary>
    public int Reasoning => Kind == ProofKind.Embedding ? 0 : Number % 3;

    /// <summary>The rule for a call that did not come to its end, as <c>docs/accounting.md</c> has it: four bytes of the request to a token of the prompt.</summary>
    public int EstimatedPrompt => Encoding.UTF8.GetByteCount(Body) / 4;

    /// <summary>And four bytes of words, as many as the caller had, to a token of the answer.</summary>
    public static int EstimatedWords => WordsMidway * Word.Length / 4;

    public static ProofCall Of(int number) => new(number);

    private string BodyOf()
    {
        var stream = IsStream ? "true" : "false";
        return Kind switch
        {
            ProofKind.Embedding => string.Create(CultureInfo.InvariantCulture, $$"""{"model":"{{Model}}","input":"{{Number}}"}"""),
            ProofKind.Response or ProofKind.ResponseStream => string.Create(CultureInfo.InvariantCulture, $$"""{"model":"{{Model}}","input":"{{Number}}","store":false,"stream":{{stream}}}"""),

            // Who leaves after the usage must see it.
            _ when Fate == ProofFate.LeftAfterUsage => string.Create(CultureInfo.InvariantCulture, $$$"""{"model":"{{{Model}}}","messages":[{"role":"user","content":"{{{Number}}}"}],"stream":true,"stream_options":{"include_usage":true}}"""),
            _ => string.Create(CultureInfo.InvariantCulture, $$"""{"model":"{{Model}}","messages":[{"role":"user","content":"{{Number}}"}],"stream":{{stream}}}"""),
        };
    }
}
