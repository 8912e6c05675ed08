using System.Text;

namespace Switchboard.Tests.Engine.Tokenization;

public sealed class TokenizerTests
{
    [Theory]
    [InlineData("Once upon a time, there was a little girl.")]
    [InlineData("  two spaces, a\ttab\nand a line")]
    [InlineData("é ñ 中文 😀 \u0000 \u200b")]
    [InlineData("")]
    public void Text_comes_back_from_its_tokens(string text)
    {
        var model = SharedModels.Stories();

        var tokens = model.Tokenize(text, parseSpecial: false, addBos: false);

        // SentencePiece puts a space in front.
        Assert.Equal(text.Length == 0 ? text : " " + text, Encoding.UTF8.GetString(model.Detokenize(tokens)));
    }

    [Fact]
    public void A_lone_surrogate_is_written_as_a_replacement_character()
    {
        var model = SharedModels.Stories();

        var tokens = model.Tokenize("a\ud83d b\udc00", parseSpecial: false, addBos: false);

        Assert.Equal(" a\ufffd b\ufffd", Encoding.UTF8.GetString(model.Detokenize(tokens)));
    }

    [Fact]
    public void A_long_text_without_spaces_takes_no_quadratic_time()
    {
        var model = SharedModels.Stories();

        var tokens = model.Tokenize(new string('a', 300_000), parseSpecial: false, addBos: false);

        Assert.InRange(tokens.Count, 1, 300_001);
    }

    [Fact]
    public void A_token_that_the_model_lacks_is_refused() =>
        Assert.Throws<ArgumentException>(() => SharedModels.Stories().Detokenize([-1]));

    [Fact]
    public void The_end_tokens_are_those_of_the_metadata_and_the_well_known_texts()
    {
        using var model = new TestModel().Load();

        Assert.Equal([2, 4], model.EndTokens);
    }
}
