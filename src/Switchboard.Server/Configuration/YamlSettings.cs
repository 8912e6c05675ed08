using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Switchboard.Server.Configuration;

/// <summary>
/// Reads the YAML file into the tree from the parser's own events: every node keeps its line, and no reflection is
/// needed. Anchors, aliases and several documents are refused: a configuration has no use for them.
/// </summary>
internal sealed class YamlSettings(string fileName, EnvironmentReferences references, ICollection<SettingFault> faults)
{
    private const int MaxDepth = 16;

    /// <summary>Lays the file's settings over <paramref name="root"/>.</summary>
    public void Read(string text, SettingNode root)
    {
        if (HasTabs(text))
        {
            return;
        }

        try
        {
            using var reader = new StringReader(references.TakeOut(text));
            ReadDocument(new Parser(reader), root);
        }
        catch (YamlException fault)
        {
            Refuse(fault.Start, null, $"This is not valid YAML: {Reason(fault)}");
        }
    }

    // YAML's own message for a tab ("found character that cannot start any token") helps nobody.
    private bool HasTabs(string text)
    {
        var number = 0;
        var found = false;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var content = line.TrimStart();
            if (!content.IsEmpty && content[0] != '#' && line[..^content.Length].Contains('\t'))
            {
                faults.Add(new SettingFault($"{fileName}:{number}", null, "The line is indented with a tab. YAML takes spaces only."));
                found = true;
            }
        }

        return found;
    }

    private static string Reason(YamlException fault)
    {
        // "(Line: 2, Col: 1, Idx: 9) - (Line: 2, Col: 2, Idx: 10): While parsing …"
        var message = fault.Message;
        var end = message.StartsWith("(Line", StringComparison.Ordinal) ? message.LastIndexOf("): ", StringComparison.Ordinal) : -1;
        var reason = (end < 0 ? message : message[(end + 3)..]).ReplaceLineEndings(" ").TrimEnd('.');
        return $"{reason} (column {fault.Start.Column}).";
    }

    private void ReadDocument(Parser parser, SettingNode root)
    {
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            return;
        }

        parser.Consume<DocumentStart>();
        if (parser.TryConsume<MappingStart>(out _))
        {
            ReadMapping(parser, root, 0);
        }
        else if (!(parser.TryConsume<Scalar>(out var scalar) && scalar.Value.Length == 0))
        {
            Refuse(parser.Current!.Start, null, "The file must be a mapping: `server:`, `providers:`, `models:`.");
            return;
        }

        parser.Consume<DocumentEnd>();
        if (parser.Accept<DocumentStart>(out var second))
        {
            Refuse(second.Start, null, "The file must hold one document.");
        }
    }

    private void ReadMapping(Parser parser, SettingNode node, int depth)
    {
        node.Shape = SettingShape.Mapping;
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
            {
                Refuse(parser.Current!.Start, node, "A name is expected here.");
                parser.SkipThisAndNestedEvents();
                parser.SkipThisAndNestedEvents();
                continue;
            }

            var child = node.GetOrAdd(key.Value, Source(key.Start));
            if (!seen.TryAdd(key.Value, key.Start.Line))
            {
                Refuse(key.Start, child, $"This is set twice; first in line {seen[key.Value]}.");
            }

            ReadNode(parser, child, depth + 1);
        }
    }

    private void ReadSequence(Parser parser, SettingNode node, int depth)
    {
        node.Shape = SettingShape.Sequence;
        while (!parser.TryConsume<SequenceEnd>(out _))
        {
            parser.Accept<NodeEvent>(out var start);
            ReadNode(parser, node.AddItem(Source(start?.Start ?? parser.Current!.Start)), depth + 1);
        }
    }

    private void ReadNode(Parser parser, SettingNode node, int depth)
    {
        if (depth > MaxDepth || parser.Accept<AnchorAlias>(out _))
        {
            Refuse(parser.Current!.Start, node, depth > MaxDepth ? "This is nested too deeply." : "Aliases are not supported here; write the value out.");
            parser.SkipThisAndNestedEvents();
        }
        else if (parser.TryConsume<MappingStart>(out _))
        {
            ReadMapping(parser, node, depth);
        }
        else if (parser.TryConsume<SequenceStart>(out _))
        {
            ReadSequence(parser, node, depth);
        }
        else
        {
            ReadScalar(parser.Consume<Scalar>(), node);
        }
    }

    private void ReadScalar(Scalar scalar, SettingNode node)
    {
        var isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null";
        var value = references.PutIn(scalar.Value, out var fault);
        if (fault is not null)
        {
            Refuse(scalar.Start, node, fault);
        }

        node.Set(isNull ? null : value, Source(scalar.Start));
    }

    private SettingSource Source(Mark mark) => new(fileName, (int)mark.Line);

    private void Refuse(Mark mark, SettingNode? node, string message) =>
        faults.Add(new SettingFault($"{fileName}:{mark.Line}", node?.Path, message));
}
