namespace Switchboard.Gateway.Diagnosis;

/// <summary>How a check ended.</summary>
public enum Verdict
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, but somebody may miss something.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Fail,
}

/// <summary>What one check found.</summary>
/// <param name="Verdict">How it ended.</param>
/// <param name="Subject">What was looked at, by its path in the configuration.</param>
/// <param name="Message">What was found, and where something is wrong how to mend it. Never holds a secret.</param>
public sealed record Finding(Verdict Verdict, string Subject, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Verdict.ToString().ToLowerInvariant(),-4}  {Subject}: {Message}";
}
