namespace Switchboard.Gateway.Translation.Chat;

/// <summary>How far each choice of a stream has come. Most streams have one.</summary>
internal sealed class ChoiceStates
{
    private ChoiceState[] _states = new ChoiceState[1];

    /// <summary>True once a choice began, and all that began have ended.</summary>
    public bool AreFinished
    {
        get
        {
            var hasAny = false;
            foreach (ref readonly var state in _states.AsSpan())
            {
                if (state.HasBegun && !state.IsFinished)
                {
                    return false;
                }

                hasAny |= state.HasBegun;
            }

            return hasAny;
        }
    }

    /// <summary>The state of a choice; valid until another is asked for.</summary>
    public ref ChoiceState Of(int choice)
    {
        if (choice >= _states.Length)
        {
            Array.Resize(ref _states, choice + 1);
        }

        return ref _states[choice];
    }
}

/// <summary>How far a choice has come.</summary>
internal struct ChoiceState
{
    /// <summary>Something was said of it.</summary>
    public bool HasBegun;

    /// <summary>Its reason to finish was told.</summary>
    public bool IsFinished;

    /// <summary>How many tool calls it has.</summary>
    public int Tools;

    /// <summary>Nothing came of the arguments of the call that began last.</summary>
    public bool LacksArguments;
}
