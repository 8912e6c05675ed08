using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Forms;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Requests.Forms;

/// <summary>
/// A form that the gateway takes is read the same by others: by ASP.NET Core's reader, and by one that goes line by line,
/// as many do. Nothing can be hidden from the gateway in it.
/// </summary>
public sealed class FormAgreementTests
{
    // Pieces of forms, put together at random: some give forms, most give traps.
    private static readonly string[] s_pieces =
    [
        "--b\r\n", "\r\n--b\r\n", "\r\n--b--\r\n", "--b--", "--b", "\n--b\n", "\r--b\r\n", "--b \r\n", "\r\n", "\n", "\r", "-", "--",
        "Content-Disposition: form-data; name=\"model\"\r\n\r\n", "Content-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n",
        "Content-Disposition: form-data; name=model\r\n\r\n", "Content-Type: text/plain\r\n", "Content-Disposition: form-data; name=\"x\\\"; name=\"model\"\r\n\r\n",
        "evil", "good", "x", " ", ";", "\"",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_taken_has_the_same_model_for_every_reader()
    {
        var random = new Random(20261121);
        var taken = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var text = Make(random);
            using var form = new FormUpload(new MemoryBody(text, step: 1 + random.Next(30)), "b", OperationProfile.Of(Switchboard.Gateway.Pipeline.ApiOperation.Transcriptions), null);
            if (await form.ReadLeadAsync(Token) is not null)
            {
                continue;
            }

            taken++;
            form.Settle("renamed", null);
            string sent;
            try
            {
                sent = await MemoryBody.AllAsync(form);
            }
            catch (Switchboard.Gateway.Pipeline.UploadRefusedException)
            {
                continue;
            }

            Assert.True(await ReadAsync(sent) is ["renamed"], $"ASP.NET Core reads otherwise: {text}");
            Assert.True(ReadByLines(sent) is ["renamed"], $"By lines it reads otherwise: {text}");
        }

        Assert.True(taken > 1000, $"{taken} were taken");
    }

    // Mostly a sound form, with some pieces of the above put anywhere.
    private static string Make(Random random)
    {
        var text = new StringBuilder(Form.Of(Form.Field("model", "good"), Form.File("file", "sound"), Form.Field("language", "en")));
        for (var count = random.Next(4); count > 0; count--)
        {
            text.Insert(random.Next(text.Length + 1), s_pieces[random.Next(s_pieces.Length)]);
        }

        return text.ToString();
    }

    private static async Task<List<string>> ReadAsync(string form)
    {
        var models = new List<string>();
        var reader = new MultipartReader("b", new MemoryStream(Encoding.UTF8.GetBytes(form)));
        while (await reader.ReadNextSectionAsync(Token) is { } section)
        {
            using var content = new StreamReader(section.Body);
            var text = await content.ReadToEndAsync(Token);
            if (ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var told) && HeaderUtilities.RemoveQuotes(told.Name) == "model")
            {
                models.Add(text);
            }
        }

        return models;
    }

    // Takes every line end for one, and every line that begins with the boundary for a boundary.
    private static List<string> ReadByLines(string form)
    {
        var models = new List<string>();
        var parts = ("\n" + form.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')).Split("\n--b");
        foreach (var part in parts.Skip(1))
        {
            var end = part.IndexOf("\n\n", StringComparison.Ordinal);
            if (end >= 0 && part[..end].Split('\n').Any(NamesModel))
            {
                models.Add(part[(end + 2)..]);
            }
        }

        return models;
    }

    private static bool NamesModel(string line) =>
        line.StartsWith("Content-Disposition:", StringComparison.OrdinalIgnoreCase)
        && (line.Contains("name=\"model\"", StringComparison.Ordinal) || line.Contains("name=model", StringComparison.Ordinal));
}
