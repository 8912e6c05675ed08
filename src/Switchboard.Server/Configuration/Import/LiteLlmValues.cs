using System.Globalization;

namespace Switchboard.Server.Configuration.Import;

/// <summary>Reads values as LiteLLM writes them: <c>os.environ/NAME</c> is a variable, times are seconds.</summary>
internal sealed class LiteLlmValues(ImportNotes notes)
{
    private const string Reference = "os.environ/";

    // What people write where a server asks for no key; it is no secret.
    private static readonly HashSet<string> s_placeholders = new(StringComparer.OrdinalIgnoreCase)
    {
        "none", "empty", "null", "any", "anything", "dummy", "fake", "fake-key", "dummy-key", "no-key", "not-needed", "sk-fake", "sk-dummy", "sk-none", "na", "n/a", "ollama", "lm-studio",
    };

    private readonly HashSet<ImportNode> _seen = new(ReferenceEqualityComparer.Instance);

    /// <summary>Notes all variables that the file names, before any value is given a variable of its own.</summary>
    public void ReserveAll(ImportNode node)
    {
        // An alias leads to what was seen.
        if (!_seen.Add(node))
        {
            return;
        }

        if (NameOf(node) is { } name)
        {
            notes.Reserve(name);
        }

        foreach (var below in node.Items.Concat(node.Members.Select(member => member.Value)))
        {
            ReserveAll(below);
        }
    }

    /// <summary>The name of the variable that a value is, or null.</summary>
    public static string? NameOf(ImportNode node) =>
        node.Text?.StartsWith(Reference, StringComparison.Ordinal) == true && node.Text.Length > Reference.Length ? node.Text[Reference.Length..] : null;

    /// <summary>A text, with <c>${NAME}</c> for a variable.</summary>
    public string Text(ImportNode node, string setting)
    {
        if (NameOf(node) is not { } name)
        {
            return node.Text ?? "";
        }

        notes.Read(name, $"read by {setting} in LiteLLM, too");
        return $"${{{name}}}";
    }

    /// <summary>A secret: a variable as it is; one that is written down becomes a variable of the wanted name. Null for what only fills the place of a key.</summary>
    public string? Secret(ImportNode node, string wanted, string setting) =>
        NameOf(node) is not null ? Text(node, setting)
        : node.Text is not { } text || s_placeholders.Contains(text.Trim()) ? null
        : $"${{{notes.Move(text, wanted, setting, node)}}}";

    /// <summary>A number; null, and a note, where it is none.</summary>
    public decimal? Number(ImportNode? node, string setting)
    {
        if (node is null)
        {
            return null;
        }

        if (decimal.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        notes.Lose(setting, node, NameOf(node) is { } name ? $"a number from the variable {name}: write what it is." : "it is no number.");
        return null;
    }

    /// <summary>A whole number within a range.</summary>
    public int? Integer(ImportNode? node, string setting, int least, int most)
    {
        if (Number(node, setting) is not { } number)
        {
            return null;
        }

        var result = (int)Math.Clamp(decimal.Round(number), least, most);
        if (result != number)
        {
            notes.Lose(setting, node!, string.Create(CultureInfo.InvariantCulture, $"it is {result} now: whole numbers from {least} to {most} are possible."));
        }

        return result;
    }

    /// <summary>Seconds as a duration within a range.</summary>
    public string? Seconds(ImportNode? node, string setting, TimeSpan least, TimeSpan most)
    {
        if (Number(node, setting) is not { } number)
        {
            return null;
        }

        var seconds = Math.Clamp(number, (decimal)least.TotalSeconds, (decimal)most.TotalSeconds);
        var text = Durations.Format(TimeSpan.FromMilliseconds((double)(seconds * 1000)));
        if (seconds != number)
        {
            notes.Lose(setting, node!, $"it is {text} now: {Durations.Format(least)} to {Durations.Format(most)} are possible.");
        }

        return text;
    }

    /// <summary>Whether a flag is set; null where it is not there.</summary>
    public static bool? Flag(ImportNode? node) => node?.Text?.ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "ON" or "1" => true,
        null => null,
        _ => false,
    };
}
