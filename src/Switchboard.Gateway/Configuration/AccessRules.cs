namespace Switchboard.Gateway.Configuration;

/// <summary>The rules of the <c>access:</c> part. The master key itself is never repeated.</summary>
internal static class AccessRules
{
    private const int ShortestKey = 32;

    public static void Check(AccessSettings access, List<ConfigurationFault> faults)
    {
        if (access.Tokens is { } tokens)
        {
            TokenRules.Check(tokens, faults);
        }

        if (access.MasterKey?.Reveal() is not { } key)
        {
            return;
        }

        if (key.Length < ShortestKey)
        {
            faults.Add(new("access.master_key", $"At least {ShortestKey} characters are needed; `openssl rand -base64 32` makes some."));
        }
        else if (key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            faults.Add(new("access.master_key", "It is sent in a header: letters, digits and signs of ASCII are possible, and no spaces."));
        }
    }
}
