#include "base/signature.h"

#include "base/fs.h"
#include "src_fixture.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(signature, .timeout = 20);

/* Seeds and public keys: RFC 8032, section 7.1, TEST 1 to 3. What they sign there is bytes
 * without a purpose before them, so the signatures over "podium.receipt/1\nabc" are
 * OpenSSL's: openssl pkeyutl -sign -rawin -keyform DER. */
static const struct {
    const char *seed, *public_key, *signature;
} VECTORS[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
     "b6526a55dd4681d9340032bc7879bea425c80292d113172d44ac1ad15cde0684"
     "cb6750da9172aa1fb3f8ea10fa66f96262866226252a253eb6761c46f172d60c"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
     "b3ebc56fa36c4695ec00dd1083991744a170b9d07bb24dd09b43409d814e742d"
     "5ee4555d55752b53ff8223565e3b66e10b4136b42f41ac7ad36908af24184406"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
     "63b045d0589a42e7dccb20499856f7c475e8bf9514adc2c9437132f604e07902"
     "66683c3c142e99c0f7595b47e56a7f928fb46f34e0ff0455d5c10b3ebf92af0c"},
};

static void write_key(const char *path, const char *text, mode_t mode)
{
    fixture_write(path, text);
    cr_assert_eq(chmod(path, mode), 0);
}

static void load_vector(size_t i, struct pod_secret_key *key)
{
    struct pod_error err = POD_ERROR_INIT;
    pod_auto_free char *text = pod_strf("%s\n", VECTORS[i].seed);
    write_key("key", text, 0600);
    cr_assert(pod_secret_key_load("key", key, &err), "%s", err.message);
}

Test(signature, keys_and_signatures_are_those_of_rfc_8032_and_openssl)
{
    char *folder = fixture_enter();
    for (size_t i = 0; i < COUNT(VECTORS); i++) {
        struct pod_secret_key key;
        char signature[POD_SIGNATURE_HEX];
        load_vector(i, &key);
        cr_assert_str_eq(key.public_hex, VECTORS[i].public_key);
        pod_sign(&key, "podium.receipt/1", "abc", signature);
        cr_assert_str_eq(signature, VECTORS[i].signature);
        cr_assert(
            pod_signature_holds(key.public_hex, "podium.receipt/1", "abc", signature));
    }
    fixture_leave_take(folder);
}

Test(signature, it_holds_for_its_own_key_purpose_and_text_only)
{
    const char *key = VECTORS[0].public_key, *signature = VECTORS[0].signature;
    cr_assert(pod_signature_holds(key, "podium.receipt/1", "abc", signature));
    cr_assert_not(
        pod_signature_holds(VECTORS[1].public_key, "podium.receipt/1", "abc", signature));
    cr_assert_not(
        pod_signature_holds(key, "podium.receipt/1", "abc", VECTORS[1].signature));
    cr_assert_not(pod_signature_holds(key, "podium.receipt/2", "abc", signature));
    cr_assert_not(pod_signature_holds(key, "podium.board/1", "abc", signature));
    cr_assert_not(pod_signature_holds(key, "", "podium.receipt/1\nabcd", signature));
    cr_assert_not(pod_signature_holds(key, "podium.receipt/1", "abC", signature));
    cr_assert_not(pod_signature_holds(key, "podium.receipt/1", "", signature));
}

static void change_digit(char *hex, size_t at)
{
    hex[at] = hex[at] == '0' ? '1' : '0';
}

Test(signature, every_changed_digit_of_key_and_signature_is_noticed)
{
    for (size_t i = 0; i < POD_SIGNATURE_HEX - 1; i++) {
        pod_auto_free char *signature = pod_strdup(VECTORS[0].signature);
        change_digit(signature, i);
        cr_assert_not(pod_signature_holds(VECTORS[0].public_key, "podium.receipt/1", "abc",
                                          signature),
                      "digit %zu of the signature", i);
    }
    for (size_t i = 0; i < POD_PUBLIC_KEY_HEX - 1; i++) {
        pod_auto_free char *key = pod_strdup(VECTORS[0].public_key);
        change_digit(key, i);
        cr_assert_not(
            pod_signature_holds(key, "podium.receipt/1", "abc", VECTORS[0].signature),
            "digit %zu of the key", i);
    }
}

/* One text of a signature, not many: case is no freedom, nor is anything around it. */
Test(signature, what_is_not_plain_lower_case_hex_does_not_hold)
{
    const char *key = VECTORS[0].public_key, *signature = VECTORS[0].signature;
    pod_auto_free char *upper_signature = pod_strdup(signature);
    pod_auto_free char *upper_key = pod_strdup(key);
    pod_auto_free char *longer = pod_strf("%s0", signature);
    pod_auto_free char *spaced = pod_strf(" %s", signature);
    pod_auto_free char *cut = pod_strf("%.126s", signature);
    upper_signature[0] = 'B'; /* b6526a... */
    upper_key[0] = 'D';       /* d75a98... */
    const char *const signatures[] = {"", longer, spaced, cut, upper_signature};
    for (size_t i = 0; i < COUNT(signatures); i++)
        cr_assert_not(pod_signature_holds(key, "podium.receipt/1", "abc", signatures[i]),
                      "signature '%s'", signatures[i]);
    cr_assert_not(pod_signature_holds("", "podium.receipt/1", "abc", signature));
    cr_assert_not(pod_signature_holds(upper_key, "podium.receipt/1", "abc", signature));
}

Test(signature, a_new_key_is_private_and_can_be_loaded_again)
{
    char *folder = fixture_enter();
    struct pod_error err = POD_ERROR_INIT;
    struct pod_secret_key made, loaded, other;
    struct stat status;
    cr_assert(pod_secret_key_make("key", &made, &err), "%s", err.message);
    cr_assert_eq(stat("key", &status), 0);
    cr_assert_eq(status.st_mode & 07777, 0600);
    cr_assert_eq(status.st_size, 65);
    cr_assert(pod_secret_key_load("key", &loaded, &err), "%s", err.message);
    cr_assert_str_eq(loaded.public_hex, made.public_hex);
    cr_assert_eq(memcmp(loaded.bytes, made.bytes, sizeof made.bytes), 0);
    cr_assert(pod_secret_key_make("other", &other, &err), "%s", err.message);
    cr_assert_str_neq(other.public_hex, made.public_hex);
    pod_auto_names struct pod_names names = POD_NAMES_INIT;
    cr_assert(pod_dir_list(".", &names, &err), "%s", err.message);
    cr_assert_eq(names.count, 2, "something else was left beside the keys");
    pod_secret_key_wipe(&made);
    for (size_t i = 0; i < sizeof made.bytes; i++)
        cr_assert_eq(made.bytes[i], 0);
    fixture_leave_take(folder);
}

Test(signature, a_key_that_is_there_is_never_overwritten)
{
    char *folder = fixture_enter();
    struct pod_error err = POD_ERROR_INIT;
    struct pod_secret_key key;
    fixture_write("key", "precious");
    cr_assert_not(pod_secret_key_make("key", &key, &err));
    cr_assert_eq(err.fault, POD_HOST);
    cr_assert_str_eq(err.message, "cannot make the key 'key': File exists");
    pod_auto_buf struct pod_buf text = POD_BUF_INIT;
    cr_assert(pod_file_read("key", 100, &text, &err));
    cr_assert_str_eq(text.data, "precious");
    fixture_leave_take(folder);
}

Test(signature, a_key_that_others_may_read_is_refused)
{
    static const mode_t modes[] = {0640, 0604, 0660, 0666, 0644, 0610, 0601, 0620, 0602};
    char *folder = fixture_enter();
    for (size_t i = 0; i < COUNT(modes); i++) {
        struct pod_error err = POD_ERROR_INIT;
        struct pod_secret_key key;
        pod_auto_free char *text = pod_strf("%s\n", VECTORS[0].seed);
        write_key("key", text, modes[i]);
        cr_assert_not(pod_secret_key_load("key", &key, &err), "mode %o", modes[i]);
        cr_assert_eq(err.fault, POD_HOST);
        pod_auto_free char *expected =
            pod_strf("the key 'key' can be read by others (mode %04o): chmod 600 it",
                     (unsigned)modes[i]);
        cr_assert_str_eq(err.message, expected);
    }
    fixture_leave_take(folder);
}

Test(signature, a_file_that_is_no_key_is_refused)
{
    const char *seed = VECTORS[0].seed;
    pod_auto_free char *no_newline = pod_strdup(seed);
    pod_auto_free char *cut = pod_strf("%.63s\n", seed);
    pod_auto_free char *half = pod_strf("%.62s\n", seed);
    pod_auto_free char *longer = pod_strf("%s00\n", seed);
    pod_auto_free char *more = pod_strf("%s\n\n", seed);
    pod_auto_free char *windows = pod_strf("%s\r\n", seed);
    pod_auto_free char *spaced = pod_strf(" %s\n", seed);
    pod_auto_free char *wrong = pod_strf("%.63sg\n", seed);
    const char *const texts[] = {"",   "\n",   no_newline, cut,    half,
                                 more, longer, windows,    spaced, wrong};
    char *folder = fixture_enter();
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct pod_error err = POD_ERROR_INIT;
        struct pod_secret_key key;
        write_key("key", texts[i], 0600);
        cr_assert_not(pod_secret_key_load("key", &key, &err), "text %zu", i);
        cr_assert_eq(err.fault, POD_HOST);
        cr_assert_str_eq(err.message, "'key' is not a key: 64 hex digits and a newline");
    }
    struct pod_error err = POD_ERROR_INIT;
    struct pod_secret_key key;
    cr_assert_not(pod_secret_key_load("absent", &key, &err));
    cr_assert_str_eq(err.message,
                     "cannot read the key 'absent': No such file or directory");
    fixture_leave_take(folder);
}

/* A kill in the middle of the first intake must not leave half a key that the next one
 * then refuses: the name appears with the whole key or not at all. */
Test(signature, half_a_key_from_a_kill_is_in_nobodys_way)
{
    char *folder = fixture_enter();
    struct pod_error err = POD_ERROR_INIT;
    struct pod_secret_key key;
    write_key("key.new", "9d61b1", 0600);
    cr_assert(pod_secret_key_make("key", &key, &err), "%s", err.message);
    cr_assert(pod_secret_key_load("key", &key, &err), "%s", err.message);
    cr_assert_not(pod_path_exists("key.new"));
    fixture_leave_take(folder);
}
