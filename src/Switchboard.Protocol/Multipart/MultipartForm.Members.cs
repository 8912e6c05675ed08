namespace Switchboard.Protocol.Multipart;

public sealed partial class MultipartForm
{
    /// <summary>Adds the members that an object has on the wire, each flattened to fields; see <see cref="AddFlattened"/>.</summary>
    internal void AddMembers(WireObject value)
    {
        using var json = ScratchWriter.Rent();
        var writer = new WireWriter(json);
        value.WriteTo(ref writer);
        writer.Flush();

        var reader = new WireReader(json.WrittenSpan);
        reader.ReadStartObject();
        while (reader.NextMember(out var name))
        {
            AddFlattened(WireReader.Text(name), reader.ReadRaw().Utf8.Span);
        }
    }
}
