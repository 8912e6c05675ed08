using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;

namespace Switchboard.Tests.Gateway.Access;

public sealed class SecretCipherTests : IDisposable
{
    private readonly SecretCipher _cipher = new(new Secret("an encryption key of enough letters"));

    public void Dispose() => _cipher.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("sk-ü-0123456789")]
    public void What_is_encrypted_comes_back_and_is_another_each_time(string value)
    {
        var one = _cipher.Encrypt("a", new Secret(value));
        var two = _cipher.Encrypt("a", new Secret(value));

        Assert.Equal(value, _cipher.Decrypt(one)!.Reveal());
        Assert.NotEqual(one.Ciphertext.ToArray(), two.Ciphertext.ToArray());
    }

    [Fact]
    public void Another_name_another_key_and_changed_bytes_give_nothing()
    {
        var secret = _cipher.Encrypt("a", new Secret("sk-1"));
        var changed = secret.Ciphertext.ToArray();
        changed[0] ^= 1;
        using var other = new SecretCipher(new Secret("another encryption key of enough letters"));

        Assert.Null(_cipher.Decrypt(secret with { Name = "b" }));
        Assert.Null(_cipher.Decrypt(secret with { Ciphertext = changed }));
        Assert.Null(_cipher.Decrypt(secret with { Ciphertext = default }));
        Assert.Null(other.Decrypt(secret));
        Assert.Null(other.Decrypt(secret with { KeyVersion = other.KeyVersion }));
    }

    [Fact]
    public void The_same_key_has_the_same_version_in_every_process()
    {
        using var same = new SecretCipher(new Secret("an encryption key of enough letters"));

        Assert.Equal("sk-1", same.Decrypt(_cipher.Encrypt("a", new Secret("sk-1")))!.Reveal());
    }
}
