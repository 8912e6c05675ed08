namespace Switchboard.Gateway.Access;

/// <summary>Names in which a <c>*</c> stands for anything, nothing included.</summary>
internal static class NamePattern
{
    /// <summary>Whether a name is one that a pattern means. Letters count as they are written.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        var star = pattern.IndexOf('*');
        if (star < 0)
        {
            return pattern.SequenceEqual(name);
        }

        if (!name.StartsWith(pattern[..star]))
        {
            return false;
        }

        name = name[star..];
        pattern = pattern[(star + 1)..];

        // What stands between two stars is best found as early as can be; what follows the last has to be the end.
        while ((star = pattern.IndexOf('*')) >= 0)
        {
            var at = name.IndexOf(pattern[..star]);
            if (at < 0)
            {
                return false;
            }

            name = name[(at + star)..];
            pattern = pattern[(star + 1)..];
        }

        return name.EndsWith(pattern);
    }
}
