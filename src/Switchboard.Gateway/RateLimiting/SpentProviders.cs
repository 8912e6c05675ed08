namespace Switchboard.Gateway.RateLimiting;

/// <summary>The providers whose budgets are spent: routing passes them by.</summary>
/// <param name="Names">Their names.</param>
/// <param name="RetryIn">When the first of them may be asked again; null for never.</param>
internal sealed record SpentProviders(IReadOnlyList<string> Names, TimeSpan? RetryIn)
{
    /// <summary>Whether a provider is one.</summary>
    public bool Has(string name)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name)
            {
                return true;
            }
        }

        return false;
    }
}
