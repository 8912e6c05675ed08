using Switchboard.Engine;

namespace Switchboard.Tests.Engine;

public sealed class LanguageModelTests
{
    [Fact]
    public void A_model_tells_what_its_file_says()
    {
        var path = new TestModel().ToWriter().Set("general.description", "For tests.").ToFile("small.gguf");

        using var model = LanguageModel.Load(path);

        Assert.Equal(("Test model", "For tests.", "llama", 256), (model.Name, model.Description, model.Architecture, model.ContextLength));
        Assert.Equal(new TestModel().Tokens.Length, model.VocabularySize);
        Assert.True(model.HasChatTemplate);
        Assert.InRange(model.ParameterCount, 80_000, 100_000);
    }

    [Fact]
    public void A_model_without_a_name_has_its_file_s()
    {
        using var model = LanguageModel.Load(new TestModel().ToWriter().Remove("general.name").ToFile("small.gguf"));

        Assert.Equal("small", model.Name);
    }

    [Fact]
    public void A_template_that_is_not_supported_hurts_only_chats()
    {
        using var model = LanguageModel.Load(new TestModel().ToWriter().Set("tokenizer.chat_template", "{% unheard of %}").ToFile("small.gguf"));

        Assert.NotEmpty(model.Tokenize("hello", parseSpecial: false, addBos: true));
        Assert.Throws<ChatTemplateException>(() => model.RenderChat([new("user", "hi")], addGenerationPrompt: true));
    }

    [Fact]
    public void The_file_may_be_changed_once_the_model_is_loaded()
    {
        var path = new TestModel().ToWriter().ToFile("small.gguf");
        using var model = LanguageModel.Load(path);

        File.WriteAllText(path, "gone");

        Assert.NotEmpty(model.Tokenize("hello", parseSpecial: false, addBos: true));
    }

    [Fact]
    public void A_chat_begins_with_one_begin_token_whether_the_template_writes_it_or_not()
    {
        using var silent = new TestModel().Load();
        using var writing = LanguageModel.Load(new TestModel().ToWriter().Set("tokenizer.chat_template", "{{ bos_token }}" + TestModel.ChatMl).ToFile("small.gguf"));

        Assert.Equal(1, silent.TokenizeChat([new("user", "hi")], true).Count(token => token == 1));
        Assert.Equal(1, writing.TokenizeChat([new("user", "hi")], true).Count(token => token == 1));
    }
}
