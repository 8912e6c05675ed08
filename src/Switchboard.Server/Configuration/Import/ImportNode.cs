namespace Switchboard.Server.Configuration.Import;

/// <summary>A value of somebody else's YAML file, with its line. Members that are asked for are remembered, so that what nobody asked for can be told.</summary>
internal sealed class ImportNode(int line)
{
    private readonly List<KeyValuePair<string, ImportNode>> _members = [];
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Where it begins.</summary>
    public int Line { get; } = line;

    /// <summary>Its text; null where it is null, a mapping or a list.</summary>
    public string? Text { get; init; }

    /// <summary>The items of a list.</summary>
    public List<ImportNode> Items { get; } = [];

    /// <summary>The members of a mapping, in their order.</summary>
    public IReadOnlyList<KeyValuePair<string, ImportNode>> Members => _members;

    /// <summary>Members that nobody asked for.</summary>
    public IEnumerable<KeyValuePair<string, ImportNode>> Untaken => _members.Where(member => !_taken.Contains(member.Key));

    /// <summary>True where it says nothing.</summary>
    public bool IsEmpty => string.IsNullOrEmpty(Text) && Items.Count == 0 && _members.Count == 0;

    /// <summary>Adds a member; of two with one name the later one holds.</summary>
    public void Add(string name, ImportNode value)
    {
        _members.RemoveAll(member => member.Key == name);
        _members.Add(new(name, value));
    }

    /// <summary>The member, or null where it is not there or says nothing.</summary>
    public ImportNode? Take(string name)
    {
        _taken.Add(name);
        return _members.Find(member => member.Key == name).Value is { IsEmpty: false } found ? found : null;
    }

    /// <summary>The first of these members that says something; all of them count as asked for.</summary>
    public ImportNode? TakeAny(params ReadOnlySpan<string> names)
    {
        ImportNode? found = null;
        foreach (var name in names)
        {
            var member = Take(name);
            found ??= member;
        }

        return found;
    }

    /// <summary>The texts of a list, or the one text.</summary>
    public IEnumerable<string> Texts() => Text is { } text ? [text] : Items.Select(item => item.Text).OfType<string>();
}
