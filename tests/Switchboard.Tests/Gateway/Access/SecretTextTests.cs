using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Tests.Gateway.Access;

public sealed class SecretTextTests
{
    private const string Token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJlLW9mLWFubg";

    [Theory]
    [InlineData(Token, "***")]
    [InlineData($"The model '{Token}' does not exist.", "The model '***' does not exist.")]
    [InlineData($"up/{Token}, {Token}!", "up/***, ***!")]
    [InlineData("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.", "***")]
    [InlineData($"gpt-{Token}", "gpt-***")]
    [InlineData($"eyJ.eyJ {Token}", "eyJ.eyJ ***")]
    public void A_token_is_hidden(string text, string shown) => Assert.Equal(shown, KeyText.Hide(text));

    [Theory]
    [InlineData("gpt-4o-mini")]
    [InlineData("eyJ")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ")]
    [InlineData("eyJh.eyJz.c2ln")]
    [InlineData("heyJude.and.others")]
    public void What_is_none_stays_the_same(string text) => Assert.Same(text, KeyText.Hide(text));

    [Fact]
    public void Long_texts_are_read_once()
    {
        var text = string.Concat(Enumerable.Repeat("eyJeyJeyJ.", 400_000));

        Assert.DoesNotContain("eyJeyJeyJ.eyJeyJeyJ.eyJeyJeyJ", KeyText.Hide(string.Concat(Enumerable.Repeat("eyJeyJeyJeyJ.", 400_000))), StringComparison.Ordinal);
        Assert.Same(text, KeyText.Hide(text));
    }

    [Fact]
    public void A_master_key_is_hidden_and_stays_so()
    {
        const string Master = "some-master-key-that-only-this-test-has";
        _ = new Gatekeeper(new AccessSettings { MasterKey = new Secret(Master) }, TimeProvider.System);
        _ = new Gatekeeper(new AccessSettings { MasterKey = new Secret("another-one-that-took-its-place-later") }, TimeProvider.System);

        Assert.Equal("The model 'up/***' does not exist.", KeyText.Hide($"The model 'up/{Master}' does not exist."));
    }
}
