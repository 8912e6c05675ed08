using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Switchboard.Server.Configuration;

/// <summary>
/// <c>${NAME}</c> and <c>${NAME:-default}</c> in the file. They are taken out before YAML is parsed and put back, with
/// the variable's value, afterwards: so they may stand unquoted inside <c>{ … }</c>, a value is never read as YAML, and
/// a reference inside a comment asks for nothing. <c>${secret:NAME}</c> comes back as it is, see <see cref="SecretReferences"/>.
/// </summary>
internal sealed partial class EnvironmentReferences(IReadOnlyDictionary<string, string> environment)
{
    // Characters of the private use area: YAML takes them anywhere, nobody types them.
    private const char Open = '\uE000';
    private const char Close = '\uE001';

    private readonly List<Match> _references = [];

    /// <summary>Replaces every reference by a mark.</summary>
    public string TakeOut(string text) => Reference().Replace(text, match =>
    {
        _references.Add(match);
        return string.Create(CultureInfo.InvariantCulture, $"{Open}{_references.Count - 1}{Close}");
    });

    /// <summary>Puts the values in where the marks are.</summary>
    /// <returns>The text, or null with <paramref name="fault"/> saying why.</returns>
    public string? PutIn(string text, out string? fault)
    {
        fault = null;
        var result = new StringBuilder(text.Length);
        for (var rest = text.AsSpan(); ;)
        {
            var open = rest.IndexOf(Open);
            var close = rest.IndexOf(Close);
            if (open < 0 || close < open)
            {
                fault ??= rest.Contains("${", StringComparison.Ordinal) ? "Write a variable as ${NAME} or ${NAME:-default}, and a secret that is kept as ${secret:NAME}." : null;
                result.Append(rest);
                return fault is null ? result.ToString() : null;
            }

            result.Append(rest[..open]).Append(Resolve(rest[(open + 1)..close], ref fault));
            rest = rest[(close + 1)..];
        }
    }

    private string? Resolve(ReadOnlySpan<char> index, ref string? fault)
    {
        var reference = _references[int.Parse(index, CultureInfo.InvariantCulture)];
        if (reference.Groups["secret"].Success)
        {
            return reference.Value;
        }

        var name = reference.Groups["name"].Value;
        var fallback = reference.Groups["default"];
        if (environment.TryGetValue(name, out var value) && (value.Length > 0 || !fallback.Success))
        {
            return value;
        }

        if (!fallback.Success)
        {
            fault = $"The environment variable {name} is not set. Set it, or write ${{{name}:-default}}.";
        }

        return fallback.Value;
    }

    [GeneratedRegex(@"\$\{((?<secret>secret:[^}\r\n]*)|(?<name>[A-Za-z_][A-Za-z0-9_]*)(:-(?<default>[^}\r\n]*))?)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();
}
