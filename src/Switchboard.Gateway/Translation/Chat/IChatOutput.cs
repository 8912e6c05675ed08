using Switchboard.Gateway.Pipeline;

namespace Switchboard.Gateway.Translation.Chat;

/// <summary>
/// A chat completion under way: whoever reads a foreign answer says piece by piece what is in it, and what comes out is
/// chunks (<see cref="ChatChunks"/>) or a whole completion (<see cref="ChatCompletion"/>) of the OpenAI API.
/// </summary>
/// <remarks>
/// Text is given as it stands inside a JSON string, without quotes and still escaped: it goes from one JSON string to
/// another, so nothing is unescaped and escaped again. Raw JSON is given as it came. Spans are not kept.
/// </remarks>
internal interface IChatOutput
{
    /// <summary>Names the answer. What is empty is made up; a second call is ignored.</summary>
    /// <param name="id">Its id, escaped.</param>
    /// <param name="model">The model that answers, escaped.</param>
    void Begin(ReadOnlySpan<byte> id, ReadOnlySpan<byte> model);

    /// <summary>More of a choice's text.</summary>
    void Text(int choice, ReadOnlySpan<byte> escaped);

    /// <summary>More of a choice's reasoning, <c>reasoning_content</c>.</summary>
    void Reasoning(int choice, ReadOnlySpan<byte> escaped);

    /// <summary>
    /// An element of <c>reasoning_details</c>, raw JSON: what a provider wants back with the next turn, such as the
    /// signature of its reasoning.
    /// </summary>
    void ReasoningDetail(int choice, ReadOnlySpan<byte> json);

    /// <summary>More of a refusal, <c>refusal</c>.</summary>
    void Refusal(int choice, ReadOnlySpan<byte> escaped);

    /// <summary>Begins a tool call; its arguments follow.</summary>
    /// <param name="choice">The choice.</param>
    /// <param name="id">Its id, escaped; made up when empty.</param>
    /// <param name="name">The tool's name, escaped.</param>
    /// <param name="extra">More members of the call, raw JSON beginning with a comma; empty for none.</param>
    void ToolCall(int choice, ReadOnlySpan<byte> id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra = default);

    /// <summary>More arguments of the tool call that began last.</summary>
    /// <exception cref="InvalidOperationException">None has begun: the answer is not of its dialect.</exception>
    void ToolArguments(int choice, ReadOnlySpan<byte> escaped);

    /// <summary>An element of <c>annotations</c>, raw JSON: a citation.</summary>
    void Annotation(int choice, ReadOnlySpan<byte> json);

    /// <summary>A picture of the answer, an element of <c>images</c> as its <c>data:</c> URL, escaped.</summary>
    void Image(int choice, ReadOnlySpan<byte> mediaType, ReadOnlySpan<byte> base64);

    /// <summary>Sound of the answer, <c>audio</c>. A stream has it in pieces, each base64 of whole bytes; a whole answer in one.</summary>
    void Audio(int choice, ReadOnlySpan<byte> base64);

    /// <summary>The probabilities of the text that was given last, the array <c>logprobs.content</c>, raw JSON.</summary>
    void LogProbs(int choice, ReadOnlySpan<byte> json);

    /// <summary>Ends a choice. A second reason for the same choice is ignored.</summary>
    void Finish(int choice, FinishReason reason);

    /// <summary>The tokens so far; what is told last holds.</summary>
    void Tokens(in TokenUsage usage);
}
