using Switchboard.Gateway.Translation.Markup.Reasoning;
using Switchboard.Gateway.Translation.Markup.Tools;

namespace Switchboard.Gateway.Translation.Markup;

/// <summary>Reads the text of one choice as it comes, in pieces cut anywhere, and tells text, reasoning and calls apart.</summary>
/// <remarks>
/// Nothing is lost: what may begin a marker is held until it is decided, and given on as text where it is none. Where
/// nothing is in sight a piece is given on at once, without a copy. Not thread-safe.
/// </remarks>
internal sealed class MarkupReader(ReasoningStage? reasoning, ToolStage? tools, IMarkupOutput output)
{
    /// <summary>Takes the next piece.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        if (reasoning is not null)
        {
            reasoning.Write(text);
        }
        else if (tools is not null)
        {
            tools.Text(text);
        }
        else
        {
            output.Text(text);
        }
    }

    /// <summary>No more comes: gives out what is held.</summary>
    public void Finish()
    {
        reasoning?.Finish();
        tools?.Finish();
    }
}
