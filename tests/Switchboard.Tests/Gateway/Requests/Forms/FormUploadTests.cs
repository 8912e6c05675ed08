using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Requests;
using Switchboard.Gateway.Requests.Forms;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Requests.Forms;

public sealed class FormUploadTests
{
    private const int Megabyte = 1024 * 1024;

    private static readonly string s_small = Form.Of(Form.Field("model", "whisper-1"), Form.Field("stream", "true"), Form.File("file", "sound\r\n--sound"), Form.Field("prompt", "p"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_form_passes_as_it_is_wherever_reads_cut_it()
    {
        for (var step = 1; step <= s_small.Length; step++)
        {
            using var form = Open(new MemoryBody(s_small, step));

            Assert.Null(await form.ReadLeadAsync(Token));
            form.Settle("whisper-1", null);

            Assert.Equal(("whisper-1", true), (form.Facts.Model, form.Facts.Stream));
            Assert.Equal(s_small.Length, form.Length);
            Assert.Equal(s_small, await MemoryBody.AllAsync(form, 1 + step % 7));
        }
    }

    [Theory]
    [InlineData("w")]
    [InlineData("a-much-longer-name-ü")]
    public async Task The_model_is_renamed_wherever_reads_cut_the_form(string name)
    {
        var expected = s_small.Replace("whisper-1", name, StringComparison.Ordinal);
        for (var step = 1; step <= s_small.Length; step++)
        {
            using var form = Open(new MemoryBody(s_small, step));
            Assert.Null(await form.ReadLeadAsync(Token));

            form.Settle(name, null);

            Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(expected), form.Length);
            Assert.Equal(expected, await MemoryBody.AllAsync(form, 1 + step % 5));
        }
    }

    [Fact]
    public async Task No_more_is_read_than_it_takes_to_know_the_model()
    {
        var body = new MemoryBody(Form.Of(Form.Field("model", "m"), Form.Field("stream", "true"), Form.File("file", new string('x', Megabyte))), step: 100);
        using var form = Open(body);

        Assert.Null(await form.ReadLeadAsync(Token));

        Assert.True(form.Facts.Stream);
        Assert.InRange(body.Read, 1, 500);
    }

    [Fact]
    public async Task A_model_behind_a_small_file_is_found_before_anything_is_sent()
    {
        using var form = Open(new MemoryBody(Form.Of(Form.File("file", new string('x', Megabyte / 2)), Form.Field("model", "m"))));

        Assert.Null(await form.ReadLeadAsync(Token));

        Assert.Equal("m", form.Facts.Model);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(int.MaxValue)]
    public async Task A_model_behind_a_large_file_is_looked_up_and_renamed_in_passing(int step)
    {
        var text = Form.Of(Form.File("file", new string('x', Megabyte + 9000)), Form.Field("model", "whisper-1"), Form.Field("stream", "true"));
        var body = new MemoryBody(text, step == 1 ? 9973 : step);
        var asked = new List<string>();
        using var form = Open(body);

        Assert.Null(await form.ReadLeadAsync(Token));
        Assert.Equal(("", Megabyte), (form.Facts.Model, body.Read / Megabyte * Megabyte));
        form.Settle("", (model, _) =>
        {
            asked.Add(model);
            return new(new LateModel("other", null));
        });

        Assert.Null(form.Length);
        Assert.Equal(text.Replace("whisper-1", "other", StringComparison.Ordinal), await MemoryBody.AllAsync(form, step == 1 ? 1 : 64 * 1024));
        Assert.Equal(["whisper-1"], asked);
    }

    [Fact]
    public async Task A_model_cut_by_the_windows_end_is_read_whole()
    {
        for (var over = -60; over < 60; over += 7)
        {
            var text = Form.Of(Form.File("file", new string('x', Megabyte + over - 180)), Form.Field("model", "whisper-1"));
            using var form = Open(new MemoryBody(text));
            Assert.Null(await form.ReadLeadAsync(Token));

            form.Settle(form.Facts.Model.Length > 0 ? "other" : "", (_, _) => new(new LateModel("other", null)));

            Assert.Equal(text.Replace("whisper-1", "other", StringComparison.Ordinal), await MemoryBody.AllAsync(form));
        }
    }

    [Fact]
    public async Task A_late_model_of_another_provider_ends_the_form()
    {
        var refused = GatewayError.InvalidRequest("No.", "model");
        using var form = Open(new MemoryBody(Form.Of(Form.File("file", new string('x', 2 * Megabyte)), Form.Field("model", "m")), step: 50_000));
        Assert.Null(await form.ReadLeadAsync(Token));
        form.Settle("", (_, _) => new(new LateModel("", refused)));

        var thrown = await Assert.ThrowsAsync<UploadRefusedException>(() => MemoryBody.AllAsync(form));

        Assert.Same(refused, thrown.Error);
    }

    [Fact]
    public async Task A_provider_that_was_named_gets_the_form_untouched_and_its_length()
    {
        var text = Form.Of(Form.File("file", new string('x', 2 * Megabyte)), Form.Field("model", "m"));
        using var form = Open(new MemoryBody(text));
        Assert.Null(await form.ReadLeadAsync(Token));

        form.Settle("", null);

        Assert.Equal(text.Length, form.Length);
        Assert.Equal(text, await MemoryBody.AllAsync(form));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(Megabyte + 10)]
    public async Task A_model_that_the_form_does_not_name_is_put_in_at_its_end(int fileBytes)
    {
        var text = Form.Of(Form.File("file", new string('x', fileBytes)));
        using var form = Open(new MemoryBody(text), otherwise: "mine");
        Assert.Null(await form.ReadLeadAsync(Token));
        Assert.Equal("mine", form.Facts.Model);

        form.Settle("theirs", (_, _) => throw new InvalidOperationException("There is no late model."));

        var told = form.Length;
        var sent = await MemoryBody.AllAsync(form);
        Assert.Equal(Form.Of(Form.File("file", new string('x', fileBytes)), Form.Field("model", "theirs")), sent);
        Assert.Equal(fileBytes < Megabyte ? sent.Length : null, told);
    }

    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "audio/transcriptions", Form.Of(Form.File("file", "x")), "model", "missing_required_parameter" },
        { "audio/transcriptions", Form.Of(Form.Field("model", "m")), "file", "missing_required_parameter" },
        { "audio/translations", Form.Of(Form.Field("model", "m"), Form.File("files", "x")), "file", "missing_required_parameter" },
        { "audio/transcriptions", Form.Of(Form.Field("model", "m"), Form.Field("model", "n"), Form.File("file", "x")), "model", "duplicate_parameter" },
        { "audio/transcriptions", Form.Of(Form.Field("model", " "), Form.File("file", "x")), "model", "invalid_value" },
        { "audio/transcriptions", Form.Of(Form.Field("model", new string('m', 2000)), Form.File("file", "x")), "model", "invalid_value" },
        { "audio/transcriptions", Form.Of(Form.File("model", "m"), Form.File("file", "x")), "model", "invalid_value" },
        { "audio/transcriptions", Form.Of(Form.Field("model", "m"), Form.Field("stream", "yes"), Form.File("file", "x")), "stream", "invalid_value" },
        { "images/edits", Form.Of(Form.Field("prompt", "p")), "image", "missing_required_parameter" },
        { "images/edits", Form.Of(Form.File("image[]", "x")), "prompt", "missing_required_parameter" },
        { "images/edits", Form.Of(Form.Field("prompt", ""), Form.File("image", "x")), "prompt", "invalid_value" },
        { "images/variations", Form.Of(Form.Field("n", "1")), "image", "missing_required_parameter" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_no_provider_could_answer_is_refused_beforehand(string path, string text, string param, string code)
    {
        using var form = Open(new MemoryBody(text), path);

        var error = await form.ReadLeadAsync(Token);

        Assert.Equal((400, param, code), (error?.Status, error?.Body.Param, error?.Body.Code));
    }

    [Theory]
    [InlineData("images/edits", "image", "prompt")]
    [InlineData("images/edits", "image[]", "prompt")]
    [InlineData("images/edits", "image[0]", "prompt")]
    [InlineData("images/variations", "image", "n")]
    public async Task A_form_that_may_do_without_a_model_passes(string path, string file, string field)
    {
        var text = Form.Of(Form.File(file, "x"), Form.Field(field, "1"));
        using var form = Open(new MemoryBody(text), path);

        Assert.Null(await form.ReadLeadAsync(Token));
        form.Settle("", null);

        Assert.Equal(text, await MemoryBody.AllAsync(form));
    }

    [Fact]
    public async Task What_is_missing_is_told_in_passing_where_the_form_is_large()
    {
        var text = Form.Of(Form.File("file", new string('x', 2 * Megabyte)));
        using var form = Open(new MemoryBody(text));
        Assert.Null(await form.ReadLeadAsync(Token));
        form.Settle("", null);

        var thrown = await Assert.ThrowsAsync<UploadRefusedException>(() => MemoryBody.AllAsync(form));

        Assert.Equal(("model", "missing_required_parameter"), (thrown.Error.Body.Param, thrown.Error.Body.Code));
    }

    [Fact]
    public async Task A_form_cut_short_is_told_and_never_ended()
    {
        var text = Form.Of(Form.Field("model", "m"), Form.File("file", new string('x', 3 * Megabyte)));
        using var form = Open(new MemoryBody(text[..^20]));
        Assert.Null(await form.ReadLeadAsync(Token));
        form.Settle("m", null);

        var thrown = await Assert.ThrowsAsync<UploadRefusedException>(() => MemoryBody.AllAsync(form));

        Assert.Equal((400, "invalid_multipart"), (thrown.Error.Status, thrown.Error.Body.Code));
    }

    private static FormUpload Open(MemoryBody body, string path = "audio/transcriptions", string? otherwise = null) =>
        new(body, "b", OperationProfile.All.Single(profile => profile.Path == path), otherwise);
}
