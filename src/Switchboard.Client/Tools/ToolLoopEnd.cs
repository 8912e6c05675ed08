namespace Switchboard.Client.Tools;

/// <summary>Why a tool loop ended.</summary>
public enum ToolLoopEnd
{
    /// <summary>The model answered without a call.</summary>
    Answered,

    /// <summary>The model asked for calls once more after <see cref="ToolLoopOptions.MaxRounds"/> rounds of them; these were not run.</summary>
    RoundLimit,

    /// <summary>The model asked for calls once more after <see cref="ToolLoopOptions.MaxCalls"/> of them; these were not run.</summary>
    CallLimit,
}
