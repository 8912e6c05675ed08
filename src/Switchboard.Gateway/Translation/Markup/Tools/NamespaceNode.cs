using System.Text;
using System.Text.Json;

namespace Switchboard.Gateway.Translation.Markup.Tools;

/// <summary>One element of MiniMax M3's markup: text, or elements.</summary>
internal sealed class NamespaceNode(string tag)
{
    private const int MostDepth = 100;
    private const string Item = "item";

    private readonly List<NamespaceNode> _children = [];
    private byte[] _text = [];

    private static ReadOnlySpan<byte> Token => "]<]minimax[>["u8;

    /// <summary>Reads what stands inside of a call; null where its tags do not match.</summary>
    public static NamespaceNode? TryRead(ReadOnlySpan<byte> body)
    {
        var stack = new Stack<NamespaceNode>();
        stack.Push(new NamespaceNode(""));
        var first = body.IndexOf(Token);
        body = first < 0 ? [] : body[(first + Token.Length)..];
        while (!body.IsEmpty)
        {
            var next = body.IndexOf(Token);
            var piece = next < 0 ? body : body[..next];
            body = next < 0 ? [] : body[(next + Token.Length)..];
            if (stack.Count > MostDepth || !TakePiece(piece, stack))
            {
                return null;
            }
        }

        return stack.Count == 1 ? stack.Pop() : null;
    }

    /// <summary>Writes it as an object; elements of one name are a list.</summary>
    public void WriteObject(Utf8JsonWriter writer, Schema schema)
    {
        writer.WriteStartObject();
        foreach (var members in _children.GroupBy(child => child.Tag, StringComparer.Ordinal))
        {
            var member = schema.Member(members.Key);
            writer.WritePropertyName(members.Key);
            if (members.Count() == 1)
            {
                members.Single().Write(writer, member);
            }
            else
            {
                WriteArray(writer, members, member.Items);
            }
        }

        writer.WriteEndObject();
    }

    private string Tag => tag;

    private static bool TakePiece(ReadOnlySpan<byte> piece, Stack<NamespaceNode> stack)
    {
        var end = piece.IndexOf((byte)'>');
        if (end < 2 || piece[0] != '<')
        {
            return false;
        }

        if (piece[1] == '/')
        {
            var name = Encoding.UTF8.GetString(piece[2..end]);
            return stack.Count > 1 && stack.Pop().Tag == name;
        }

        var node = new NamespaceNode(Encoding.UTF8.GetString(piece[1..end])) { _text = piece[(end + 1)..].ToArray() };
        stack.Peek()._children.Add(node);
        stack.Push(node);
        return true;
    }

    private static void WriteArray(Utf8JsonWriter writer, IEnumerable<NamespaceNode> items, Schema schema)
    {
        writer.WriteStartArray();
        foreach (var item in items)
        {
            item.Write(writer, schema);
        }

        writer.WriteEndArray();
    }

    private void Write(Utf8JsonWriter writer, Schema schema)
    {
        if (_children.Count == 0)
        {
            ArgumentWriter.WriteValue(writer, _text, schema);
        }
        else if (_children.TrueForAll(child => child.Tag == Item) && (schema.Types & SchemaTypes.Object) == 0)
        {
            WriteArray(writer, _children, schema.Items);
        }
        else
        {
            WriteObject(writer, schema);
        }
    }
}
