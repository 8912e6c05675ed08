using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Switchboard.Server.Configuration.Import;

/// <summary>Reads YAML as other programs write it: with anchors, aliases and merge keys.</summary>
internal sealed class ImportYaml
{
    private const int MaxDepth = 32;

    private readonly Dictionary<AnchorName, ImportNode> _anchors = [];

    /// <summary>Reads the file's one document.</summary>
    /// <exception cref="ImportException">It is no YAML, or no mapping.</exception>
    public static ImportNode Read(string text)
    {
        try
        {
            using var reader = new StringReader(text);
            var parser = new Parser(reader);
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _) || !parser.Accept<MappingStart>(out _))
            {
                throw new ImportException("It is no mapping with model_list in it.");
            }

            return new ImportYaml().ReadNode(parser, 0);
        }
        catch (YamlException fault)
        {
            throw new ImportException($"It is not valid YAML: line {fault.Start.Line}, column {fault.Start.Column}.", fault);
        }
    }

    private ImportNode ReadNode(Parser parser, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new ImportException($"It is nested too deeply in line {parser.Current!.Start.Line}.");
        }

        if (parser.TryConsume<AnchorAlias>(out var alias))
        {
            return _anchors.GetValueOrDefault(alias.Value) ?? throw new ImportException($"Nothing has the anchor that line {alias.Start.Line} names.");
        }

        return parser.TryConsume<MappingStart>(out var mapping) ? ReadMapping(parser, mapping, depth)
            : parser.TryConsume<SequenceStart>(out var sequence) ? ReadSequence(parser, sequence, depth)
            : ReadScalar(parser);
    }

    private ImportNode ReadMapping(Parser parser, MappingStart start, int depth)
    {
        var node = new ImportNode((int)start.Start.Line);
        var merged = new List<ImportNode>();
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var key = parser.Consume<Scalar>();
            var value = ReadNode(parser, depth + 1);
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                merged.AddRange(value.Items.Count > 0 ? value.Items : [value]);
            }
            else
            {
                node.Add(key.Value, value);
            }
        }

        // What stands in the mapping itself wins over what is merged into it, and the first of those over the next.
        foreach (var (name, value) in merged.SelectMany(other => other.Members).Where(member => node.Members.All(own => own.Key != member.Key)).ToList())
        {
            if (node.Members.All(own => own.Key != name))
            {
                node.Add(name, value);
            }
        }

        return Named(node, start);
    }

    private ImportNode ReadSequence(Parser parser, SequenceStart start, int depth)
    {
        var node = new ImportNode((int)start.Start.Line);
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            node.Items.Add(ReadNode(parser, depth + 1));
        }

        return Named(node, start);
    }

    private ImportNode ReadScalar(Parser parser)
    {
        var scalar = parser.Consume<Scalar>();
        var isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" or "None";
        return Named(new ImportNode((int)scalar.Start.Line) { Text = isNull ? null : scalar.Value }, scalar);
    }

    // When it is read to its end: what stands inside of it cannot name it.
    private ImportNode Named(ImportNode node, NodeEvent start)
    {
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor] = node;
        }

        return node;
    }
}
