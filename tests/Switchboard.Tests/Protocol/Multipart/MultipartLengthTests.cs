using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Switchboard.Protocol.Multipart;

namespace Switchboard.Tests.Protocol.Multipart;

public sealed class MultipartLengthTests
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261121, 7);

    // Lengths around the buffer's, names and texts of any characters.
    private static readonly Gen<string> s_texts = Gen.OneOf(
            Gen.Elements('"', '\r', '\n', '\0', '-', '\ud83d', '\ude00'),
            Gen.Choose(0, 0xFFFF).Select(unit => (char)unit))
        .ArrayOf()
        .Select(units => new string(units));

    private static readonly Gen<int> s_lengths = Gen.OneOf(Gen.Choose(0, 300), Gen.Choose(65_300, 65_600), Gen.Choose(130_900, 131_300));

    private static readonly Gen<Field> s_fields =
        from name in s_texts
        from text in s_texts
        from length in s_lengths
        from kind in Gen.Choose(0, 4)
        select new Field("n" + name, text, length, kind);

    private static readonly Gen<List<Field>> s_forms = Gen.Choose(0, 5).SelectMany(count => s_fields.ListOf(count)).Select(fields => fields.ToList());

    private static readonly byte[] s_pattern = [.. Enumerable.Range(0, 131_300).Select(index => (byte)(index * 7))];

    [Fact]
    public void The_predicted_length_is_that_of_the_bytes_written() =>
        Prop.ForAll(s_forms.ToArbitrary(), Check).Check(s_config);

    private static void Check(List<Field> fields)
    {
        var form = new MultipartForm();
        fields.ForEach(field => field.AddTo(form));
        Assert.True(form.TryGetLength(out var length));
        using var body = new MemoryStream();

        // Streams in memory never wait.
        var writing = form.WriteToAsync(body, TestContext.Current.CancellationToken);

        Assert.True(writing.IsCompletedSuccessfully, writing.Exception?.ToString());
        Assert.Equal(length, body.Length);
        Assert.Equal(fields.Select(field => field.Content), SectionsOf(form, body), BytesComparer.Instance);
    }

    private static List<byte[]> SectionsOf(MultipartForm form, MemoryStream body)
    {
        // Names are any bytes here, so the header is only split off; what a server makes of it is in MultipartFormTests.
        var delimiter = Encoding.ASCII.GetBytes("--" + form.ContentType["multipart/form-data; boundary=".Length..]);
        var rest = body.ToArray().AsSpan();
        var sections = new List<byte[]>();
        Assert.True(rest.StartsWith(delimiter));
        for (rest = rest[delimiter.Length..]; !rest.SequenceEqual("--\r\n"u8); rest = rest[(rest.IndexOf(delimiter) + delimiter.Length)..])
        {
            var content = rest[(rest.IndexOf("\r\n\r\n"u8) + 4)..];
            sections.Add(content[..(content.IndexOf(delimiter) - 2)].ToArray());
        }

        return sections;
    }

    private sealed record Field(string Name, string Text, int Length, int Kind)
    {
        public byte[] Content => Kind == 0 ? Encoding.UTF8.GetBytes(Text) : Bytes;

        private byte[] Bytes => s_pattern[..Length];

        public void AddTo(MultipartForm form)
        {
            var (bytes, file) = (Bytes, "f" + Text);
            switch (Kind)
            {
                case 0:
                    form.Add(Name, Text);
                    break;
                case 1:
                    form.AddJson(Name, bytes);
                    break;
                case 2:
                    form.Add(Name, UploadFile.FromBytes(bytes, file));
                    break;
                case 3:
                    form.Add(Name, UploadFile.FromStream(new MemoryStream(bytes), file));
                    break;
                default:
                    form.Add(Name, UploadFile.FromStream(new ForwardStream(bytes), file, length: bytes.Length));
                    break;
            }
        }

        public override string ToString() => $"{Kind} {Name.Length} {Text.Length} {Length}";
    }

    private sealed class BytesComparer : IEqualityComparer<byte[]>
    {
        public static readonly BytesComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length;
    }
}
