namespace Switchboard.Server.Configuration;

/// <summary>The <c>.env</c> file beside the configuration: <c>NAME=value</c> lines, <c>#</c> comments, quotes, <c>export</c>.</summary>
internal static class DotEnvFile
{
    /// <summary>Reads the variables; a line that is none is a fault.</summary>
    public static Dictionary<string, string> Read(string text, string fileName, ICollection<SettingFault> faults)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim();
            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }

            line = line.StartsWith("export ") ? line["export ".Length..].TrimStart() : line;
            var equals = line.IndexOf('=');
            var name = equals > 0 ? line[..equals].Trim() : default;
            if (name.IsEmpty || name.ContainsAny(' ', '\t'))
            {
                // The line itself may be a secret and is not repeated.
                faults.Add(new SettingFault($"{fileName}:{number}", null, "A line must be NAME=value."));
                continue;
            }

            variables[name.ToString()] = Unquote(line[(equals + 1)..].Trim());
        }

        return variables;
    }

    private static string Unquote(ReadOnlySpan<char> value)
    {
        if (value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0])
        {
            return value[1..^1].ToString();
        }

        var comment = value.IndexOf(" #", StringComparison.Ordinal);
        return (comment < 0 ? value : value[..comment].TrimEnd()).ToString();
    }
}
