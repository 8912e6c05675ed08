using System.Globalization;

namespace Switchboard.Server.Configuration.Import;

/// <summary>What an operator has to know of a conversion: what was left behind, what is different, which variables to set. No value of the file is in it.</summary>
internal sealed class ImportNotes
{
    private readonly List<(string Setting, string Reason, bool IsLost, SortedSet<int> Lines)> _notes = [];
    private readonly SortedDictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _moved = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Variables that the new file or its providers read, each with what it is.</summary>
    public IReadOnlyDictionary<string, string> Variables => _variables;

    /// <summary>A setting that has no counterpart, or only in part.</summary>
    public void Lose(string setting, ImportNode at, string reason) => Add(setting, at, reason, true);

    /// <summary>A setting that was carried over, or that is not needed, and what is different.</summary>
    public void Tell(string setting, ImportNode at, string reason) => Add(setting, at, reason, false);

    /// <summary>A variable that is read, by this name, as it was before.</summary>
    public void Read(string name, string what) => _variables.TryAdd(name, what);

    /// <summary>Keeps a name from being given to another value.</summary>
    public void Reserve(string name) => _taken.Add(name);

    /// <summary>A variable in the place of a value that was written down; the same value is moved to one variable.</summary>
    public string Move(string value, string wanted, string setting, ImportNode at)
    {
        if (_moved.TryGetValue(value, out var known))
        {
            return known;
        }

        var name = wanted;
        for (var i = 2; !_taken.Add(name); i++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{wanted}_{i}");
        }

        _variables.Add(name, string.Create(CultureInfo.InvariantCulture, $"the value of {setting} in line {at.Line}, which stood there in clear"));
        _moved.Add(value, name);
        return name;
    }

    /// <summary>The notes, what is lost first.</summary>
    public IReadOnlyList<ImportNote> ToList() =>
        [.. _notes.OrderByDescending(note => note.IsLost).ThenBy(note => note.Lines.Min).Select(note => new ImportNote(note.Setting, [.. note.Lines], note.Reason, note.IsLost))];

    private void Add(string setting, ImportNode at, string reason, bool isLost)
    {
        var found = _notes.Find(note => note.Setting == setting && note.Reason == reason);
        if (found.Lines is null)
        {
            found = (setting, reason, isLost, []);
            _notes.Add(found);
        }

        found.Lines.Add(at.Line);
    }
}
