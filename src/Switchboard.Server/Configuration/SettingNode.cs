using System.Globalization;

namespace Switchboard.Server.Configuration;

/// <summary>What shape a node of the configuration has.</summary>
internal enum SettingShape
{
    /// <summary>A value, or nothing.</summary>
    Scalar,

    /// <summary>Names with nodes below.</summary>
    Mapping,

    /// <summary>A list; its nodes are named 0, 1, 2 …</summary>
    Sequence,
}

/// <summary>
/// The configuration as written, before it is bound: a tree that layers are laid over one another in. Every node
/// knows who wrote it last, so that a fault can name file and line.
/// </summary>
internal sealed class SettingNode(string name, SettingNode? parent, SettingSource? source)
{
    private readonly List<SettingNode> _children = [];

    /// <summary>The name at its parent.</summary>
    public string Name { get; } = name;

    /// <summary>Who wrote it last; null for a node that only holds others.</summary>
    public SettingSource? Source { get; private set; } = source;

    /// <summary>Its shape.</summary>
    public SettingShape Shape { get; set; }

    /// <summary>The text of a scalar; null where none was written.</summary>
    public string? Value { get; private set; }

    /// <summary>The nodes below, in the order they were written.</summary>
    public IReadOnlyList<SettingNode> Children => _children;

    /// <summary>The path as people write it: <c>models.fast.deployments[0].provider</c>.</summary>
    public string Path => this switch
    {
        { IsRoot: true } => "",
        { Above.IsRoot: true } => Name,
        { Above.Shape: SettingShape.Sequence } => $"{Above.Path}[{Name}]",
        _ => $"{Above!.Path}.{Name}",
    };

    /// <summary>True for a list that environment variables made: <c>SWITCHBOARD__MODELS__FAST__DEPLOYMENTS__0__MODEL</c>.</summary>
    public bool IsIndexed => _children.Count > 0 && _children.All(child => child.Name.All(char.IsAsciiDigit));

    private bool IsRoot => Above is null;

    private SettingNode? Above { get; } = parent;

    /// <summary>Starts a tree.</summary>
    public static SettingNode Root() => new("", null, null) { Shape = SettingShape.Mapping };

    /// <summary>The child of that name, or null.</summary>
    public SettingNode? Find(string childName) =>
        _children.Find(child => string.Equals(child.Name, childName, StringComparison.Ordinal));

    /// <summary>The child of that name, made where it is missing.</summary>
    public SettingNode GetOrAdd(string childName, SettingSource childSource)
    {
        if (Find(childName) is { } child)
        {
            return child;
        }

        if (Shape == SettingShape.Scalar)
        {
            Shape = SettingShape.Mapping;
        }

        child = new SettingNode(childName, this, childSource);
        _children.Add(child);
        return child;
    }

    /// <summary>Adds the next item of a list.</summary>
    public SettingNode AddItem(SettingSource itemSource) =>
        GetOrAdd(_children.Count.ToString(CultureInfo.InvariantCulture), itemSource);

    /// <summary>Writes the value, over what an earlier layer wrote.</summary>
    public void Set(string? value, SettingSource valueSource)
    {
        Value = value;
        Source = valueSource;
    }
}
