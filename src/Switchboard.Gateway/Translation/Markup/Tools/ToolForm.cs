namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>One way in which models write calls.</summary>
internal abstract class ToolForm
{
    /// <summary>What <see cref="Read"/> yields while it needs more text.</summary>
    protected const bool More = true;

    /// <summary>The markers that may begin calls.</summary>
    public abstract byte[][] Openings { get; }

    /// <summary>True where a JSON object at the very beginning of a text may be a call, with no marker before it.</summary>
    public virtual bool MayBeBare => false;

    /// <summary>
    /// Reads what follows an opening. It yields whenever it needs more text, and is over when
    /// <see cref="CallBlock.Accept"/> was called, or when the text is none of calls; then it is given back.
    /// </summary>
    public abstract IEnumerator<bool> Read(CallBlock block);
}
