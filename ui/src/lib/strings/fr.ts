/** French. */
import type { Translation } from '.';
import { FILM_TITLES, formatsOf, wordsOf } from './words';

const words = wordsOf('fr');
const { plural, number } = words;
const formats = formatsOf(words);
const films = () => words.either(FILM_TITLES);

export const fr: Translation = {
  name: 'Visage',
  title: 'Visage : restauration de visages dans les photos',
  description: 'Restaure les visages des photos anciennes et floues et montre ce qui a changé.',
  skip: 'Aller au contenu principal',
  home: 'Visage, page d’accueil',
  theme: {
    change: (current, next) => `Thème : ${current}. Passer à ${next}`,
    system: 'système',
    light: 'clair',
    dark: 'sombre',
  },
  language: 'Langue',
  docs: 'API',
  privacy:
    'Votre photo n’est envoyée qu’à ce service. Elle reste en mémoire le temps du traitement et n’est jamais enregistrée.',
  dismiss: 'Fermer',

  service: {
    checking: 'Vérification du service',
    ready: 'Service prêt',
    starting: 'Le service démarre',
    down: 'Service injoignable',
    startingNote: 'Le service charge encore ses modèles.',
    downNote: 'Le service ne répond pas. Cette page continue d’essayer.',
    meantime: 'Vous pouvez déjà choisir une photo.',
    isBack: 'Le service est de nouveau disponible.',
  },

  empty: {
    headline: 'Des visages, nets à nouveau.',
    lead: 'Restaure les visages des photos anciennes, floues ou minuscules. N’en garde aucune et vous dit si c’est toujours la même personne.',
    drop: 'Déposez des photos ici',
    dropNow: 'Déposez pour utiliser ces photos',
    paste: 'ou collez-en une du presse-papiers',
    choose: 'Choisir une photo',
    chooseTouch: 'Choisir ou prendre une photo',
    rules: (max) => `${formats.anyOf}, jusqu’à ${max}`,
    sample: 'Restaurer celle-ci vous-même',
    sampleCredit: 'L’astronaute Eileen Collins, NASA, abîmée exprès',
    samples: 'Exemples',
    sampleNames: { blur: 'Floue', print: 'Vieux tirage', small: 'Minuscule' },
  },

  problems: {
    title: (count) => plural(count, { one: '# fichier a été écarté', other: '# fichiers ont été écartés' }),
    get type() {
      return `n’est pas un fichier que le service lit (${formats.anyOf}). C’est le contenu qui compte, pas le nom.`;
    },
    knownType: (title) => `est un fichier ${title}. Le service lit ${formats.allOf}.`,
    empty: 'est vide. Choisissez à nouveau le fichier d’origine.',
    size: (size, max) => `fait ${size}. La limite est ${max}.`,
    damaged: 'est abîmé ou incomplet. Copiez-le ou exportez-le à nouveau depuis sa source.',
    oneFilm: 'est un deuxième film. Un film à la fois : terminez ou retirez d’abord l’autre.',
    link: 'C’est un lien vers une image. Enregistrez d’abord l’image, puis déposez le fichier.',
    nothingPasted: 'Il n’y a pas d’image dans le presse-papiers. Copiez d’abord une image, puis collez-la ici.',
    sample: 'L’exemple n’a pas pu être chargé. Vérifiez la connexion au service et réessayez.',
  },

  photo: {
    alt: (name) => `Votre photo, ${name}`,
    dimensions: 'Dimensions',
    file: 'Fichier',
    result: 'Résultat',
    replace: 'Une autre photo',
    restore: 'Restaurer',
    fit: 'Réduire',
    fitTo: (size) => `Réduire à ${size}`,
    fitted: 'Réduite pour le service.',
    tooManyInput: (has, max) => `Cette photo a ${has} mégapixels. Le service en accepte au plus ${max}.`,
    tooManyBytes: (has, max) => `Ce fichier fait ${has}. Le service accepte au plus ${max}.`,
    tooManyOutput: (has, max) => `Le résultat aurait ${has} mégapixels. Le service en produit au plus ${max}.`,
    enlargeBy: (factor) => `Agrandir ${factor}× à la place`,
    tooSmall: (min) => `Le petit côté a moins de ${min} pixels. Il en faut au moins ${min}.`,
    large: 'Le résultat sera grand. Le traitement prendra un moment.',
  },

  findings: {
    faces: 'Visages',
    time: 'Durée',
    asking: 'Analyse…',
    found: (faces, chosen) => (faces === chosen ? number(faces) : `${number(chosen)} sur ${number(faces)} à restaurer`),
    about: (duration) => `environ ${duration}`,
    none: 'Aucun visage trouvé. La photo peut être agrandie telle quelle.',
    reasons: {
      already_sharp: (count) =>
        plural(count, {
          one: '# visage est déjà net. Le restaurer changera peu, ou pas en mieux.',
          other: '# visages sont déjà nets. Les restaurer changera peu, ou pas en mieux.',
        }),
      too_small: (count) =>
        plural(count, {
          one: '# visage est très petit. Il peut devenir celui de quelqu’un d’autre.',
          other: '# visages sont très petits. Ils peuvent devenir ceux de quelqu’un d’autre.',
        }),
      bystander: (count) =>
        plural(count, {
          one: '# visage est flou à l’arrière-plan. Il reste tel quel, sauf si vous en décidez autrement.',
          other: '# visages sont flous à l’arrière-plan. Ils restent tels quels, sauf si vous en décidez autrement.',
        }),
    },
  },

  options: {
    title: 'Options',
    reset: 'Réinitialiser',
    factor: { label: 'Agrandir', times: (factor) => `${factor}×` },
    strength: {
      label: 'Intensité',
      help: 'La part du visage restauré qui remplace l’original. Une valeur plus basse garde plus de l’original.',
    },
    faces: {
      label: 'Visages',
      help: 'Les visages à restaurer.',
      choices: { all: 'Tous', none: 'Aucun', largest: 'Le plus grand', center: 'Central' },
    },
    identity: {
      label: 'Si un visage change trop',
      help: 'Si un visage ne ressemble plus à la même personne, « Mélanger » le mêle à l’original jusqu’à ce qu’il y ressemble, « Garder » laisse l’original.',
      choices: { warn: 'Avertir', blend: 'Mélanger', keep: 'Garder' },
    },
    bystanders: {
      label: 'Restaurer les visages flous du fond',
      help: 'Sinon, les petits visages flous de l’arrière-plan restent tels quels.',
    },
    color: {
      label: 'Garder les couleurs d’origine',
      help: 'Accorde les couleurs de chaque visage restauré à celles de la photo.',
    },
    grain: { label: 'Accorder le grain', help: 'Donne aux visages restaurés le grain de ce qui les entoure.' },
    background: {
      label: 'Améliorer l’arrière-plan',
      help: 'Sans cela, tout ce qui entoure les visages est agrandi sans IA, ce qui est plus rapide.',
    },
    format: {
      label: 'Enregistrer en',
      get help() {
        return `Sans perte : ${formats.lossless}. Plus légers : ${formats.smaller}.`;
      },
    },
    metadata: {
      label: 'Métadonnées de la photo',
      help: 'Date, appareil, légende et droits. « Privé » retire le lieu et les numéros de série.',
      choices: { keep: 'Garder', private: 'Privé', strip: 'Retirer' },
    },
  },

  progress: {
    title: 'Restauration de votre photo',
    tellMe: 'Me prévenir quand c’est fini',
    willTell: 'Vous recevrez une notification quand ce sera fini.',
    queued: 'En attente de son tour',
    sent: 'Envoyée. En attente du début',
    count: (done, total) => `${done} sur ${total}`,
    times: (elapsed, remaining) =>
      remaining === null ? `Déjà ${elapsed}` : `Déjà ${elapsed}, encore ${remaining} environ`,
    received: (size) => `${size} reçus`,
    overall: 'Progression totale',
    done: 'terminé',
    running: 'en cours',
    waiting: 'pas commencé',
    cancel: 'Annuler',
    canceled: 'Annulé. Votre photo est toujours là.',
    stages: {
      upload: 'Envoi de la photo',
      detector: 'Recherche des visages',
      restorer: 'Restauration des visages',
      upscaler: 'Agrandissement de la photo',
      compose: 'Insertion des visages',
      verifier: 'Contrôle de l’identité',
      metrics: 'Mesure de la différence',
      encode: 'Préparation du résultat',
      decode: 'Lecture de la photo',
      request: 'Contrôle de la requête',
      ingress: 'Réception de la requête',
      weights: 'Chargement d’un modèle',
      internal: 'Dans le service',
      waiting: 'Attente et transport des données',
      receive: 'Réception du résultat',
    },
  },

  result: {
    title: 'Restaurée',
    announce: (faces, duration) =>
      `Terminé en ${duration}. ${plural(faces, { one: '# visage a été restauré.', other: '# visages ont été restaurés.' })}`,
    summary: (faces, found, duration) =>
      faces === found
        ? `${plural(faces, { one: '# visage', other: '# visages' })}, ${duration}`
        : `${faces} sur ${plural(found, { one: '# visage', other: '# visages' })}, ${duration}`,
    warning: 'Regardez bien le résultat',
    download: 'Télécharger',
    composed: 'composée ici',
    fromService: (format) => `${format} du service`,
    asking: 'Le service la restaure avec ces intensités…',
    serviceFailed: 'Le service n’a pas pu le faire. « Télécharger » donne l’image composée dans ce navigateur.',
    copy: 'Copier',
    copied: 'Copié',
    copyFailed: 'Le navigateur n’a pas permis de copier. Utilisez « Télécharger ».',
    share: 'Partager',
    shareFailed: 'Le navigateur n’a pas pu la partager. Utilisez « Télécharger ».',
    card: 'Enregistrer la comparaison',
    cardCaption: (identity, model) =>
      identity === null ? `Restaurée par IA · ${model}` : `Restaurée par IA · identité ${identity} · ${model}`,
    report: 'Rapport (JSON)',
    again: 'Restaurer à nouveau',
    changeOptions: 'Modifier les options',
  },

  notes: {
    title: 'Bon à savoir',
    more_pages: (count) =>
      plural(count, { one: 'Le fichier a # page.', other: 'Le fichier a # pages. Seule la première a été restaurée.' }),
    more_frames: (count) =>
      plural(count, {
        one: 'Le fichier a # image.',
        other: 'Le fichier a # images. Seule la première a été restaurée.',
      }),
    picture_sequence: 'Le fichier contient aussi une séquence d’images. Seule l’image fixe a été restaurée.',
    exif_lost: 'La date et les données de l’appareil sont illisibles dans ce type de fichier ; le résultat n’en a pas.',
    picture_in_alpha: 'L’image n’était que dans la transparence ; elle a été posée sur du blanc.',
    smaller_factor: (factor, wanted, max) =>
      `Agrandie ${factor}× au lieu de ${wanted}× : un résultat a au plus ${max} mégapixels.`,
    no_transparency: (format) => `${format} n’a pas de transparence ; l’image a été posée sur du blanc.`,
    fewer_bits: (format, bits, of) =>
      `${format} est écrit avec ${bits} bits par canal, moins que les ${of} de la photo.`,
    no_facial_prior:
      'Le service fonctionne sans son réseau pour visages : yeux et dents ont été accentués, pas restaurés.',
    faces_left_out: (kept, found) => `Seuls les ${kept} plus grands visages sur ${found} ont été restaurés.`,
    bystanders: (count) =>
      plural(count, {
        one: '# visage à l’arrière-plan est flou et est resté tel quel. Une option le restaure aussi.',
        other: '# visages à l’arrière-plan sont flous et sont restés tels quels. Une option les restaure aussi.',
      }),
    credentials_unreadable: 'Les Content Credentials de la photo sont illisibles ; le résultat ne les reprend pas.',
    credentials_unsigned:
      'Les Content Credentials de la photo ne sont pas dans le résultat, car ce service ne signe pas.',
    kept_as_it_was: (number, identity) =>
      `Le visage ${number} est resté tel quel, pour rester la même personne (identité ${identity}).`,
    restored_less: (number, strength, identity) =>
      `Le visage ${number} n’a été restauré qu’à ${strength}, pour rester la même personne (identité ${identity}).`,
  },

  save: {
    title: 'Enregistrer en',
    format: 'Format de fichier',
    quality: 'Qualité',
    help: 'Encodée dans ce navigateur : 8 bits par canal, sans métadonnées.',
  },

  stage: {
    label: 'Avant et après',
    hint: 'Plus et moins zooment. 0 montre toute l’image. 1 montre les pixels réels. Les flèches déplacent l’image agrandie. Maintenez O pour voir l’original. Le point d’interrogation donne toutes les touches.',
    handle: 'Séparation entre l’original à gauche et l’image restaurée à droite',
    before: 'Original',
    after: 'Restaurée',
    against: 'Comparer avec',
    version: (number, options) => `Version ${number} : ${options}`,
    mode: 'Vue',
    modes: { slider: 'Curseur', sides: 'Côte à côte', lens: 'Loupe', difference: 'Différence' },
    differenceNote: 'Plus c’est clair, plus cela a changé.',
    hold: 'Maintenir pour voir l’original',
    boxes: 'Cadres des visages',
    zoomIn: 'Zoom avant',
    zoomOut: 'Zoom arrière',
    fit: 'Image entière',
    actualPixels: 'Pixels réels',
    fullScreen: 'Plein écran',
    pan: {
      label: 'Déplacer l’image',
      left: 'Vers la gauche',
      right: 'Vers la droite',
      up: 'Vers le haut',
      down: 'Vers le bas',
    },
    face: (number) => `Zoomer sur le visage ${number}`,
  },

  keys: {
    title: 'Clavier',
    list: [
      ['Entrée', 'Restaurer'],
      ['Échap', 'Annuler ou fermer'],
      ['S  Ctrl S', 'Télécharger'],
      ['Ctrl C', 'Copier le résultat'],
      ['← →', 'Déplacer la séparation ou passer d’un visage à l’autre'],
      ['N  P', 'Visage suivant, visage précédent'],
      ['V', 'Vue suivante : curseur, côte à côte, loupe, différence'],
      ['O', 'Maintenir pour voir l’original'],
      ['+  −', 'Zoom'],
      ['0  1', 'Image entière, pixels réels'],
      ['B', 'Cadres des visages'],
      ['F', 'Plein écran'],
      ['D', 'Afficher ou masquer les détails à côté de l’image'],
      ['?', 'Cette liste'],
    ],
    close: 'Fermer',
  },

  panel: { hide: 'Masquer les détails', show: 'Afficher les détails' },

  strengths: {
    title: 'Intensité de la restauration',
    all: 'Tous les visages',
    face: (number) => `Visage ${number}`,
    differ: (value) => `${value} en moyenne`,
    identity: (value) => `Identité d’environ ${value} à cette intensité.`,
    mark: (strength, identity) => `Jusqu’à ${strength}, le repère du curseur, l’identité est d’au moins ${identity}.`,
    reset: 'Réinitialiser les intensités',
    failed: 'Ce navigateur ne peut pas composer l’image. Le service le peut.',
  },

  trust: {
    title: 'Toujours la même personne ?',
    same: 'Oui',
    unknown: 'Impossible à dire',
    look: 'À revoir',
    nobody: 'Aucun visage restauré',
    sameText: (count) =>
      plural(count, {
        one: 'Pour un réseau de reconnaissance faciale, le visage restauré est celui de la même personne.',
        other: 'Pour un réseau de reconnaissance faciale, les # visages restaurés sont ceux des mêmes personnes.',
      }),
    unknownText: (count, of) =>
      of === 1
        ? 'Le visage est trop petit ou trop flou dans la photo pour le dire.'
        : plural(count, {
            one: `# visage sur ${of} est trop petit ou trop flou dans la photo pour le dire.`,
            other: `# visages sur ${of} sont trop petits ou trop flous dans la photo pour le dire.`,
          }),
    lookText: (count) =>
      plural(count, {
        one: '# visage ne ressemble peut-être plus à la même personne.',
        other: '# visages ne ressemblent peut-être plus aux mêmes personnes.',
      }),
    scale: (value) => `Identité ${value} sur une échelle de 0 à 1. Entre inconnus, elle atteint environ 0,4.`,
    strangers: 'inconnus',
    samePerson: 'même personne',
    worst: (number) => `Voir le visage ${number}`,
  },

  metrics: {
    title: 'Pour les experts',
    againstInput:
      'Comparé à votre photo, agrandie sans IA. Les valeurs disent combien a changé, pas si le résultat est beau.',
    againstReference: 'Comparé à l’image de référence envoyée avec la photo.',
    psnr: { name: 'PSNR', description: 'Pixel par pixel, en décibels. Au-dessus de 40, presque aucune différence.' },
    ssim: { name: 'SSIM', description: 'Contours et textures. 1 signifie identique.' },
    lpips: { name: 'LPIPS', description: 'À quel point les images diffèrent pour un réseau. 0 signifie identiques.' },
    identity: { name: 'Identité', description: 'Ressemblance du visage qui a le plus changé. 1 signifie identique.' },
  },

  faces: {
    title: 'Visages',
    whole: 'Photo entière',
    one: (number) => `Visage ${number}`,
    kinds: {
      sure: (value) => `identité ${value}, la même personne`,
      doubtful: (value) => `identité ${value}, à revoir`,
      unknown: 'trop petit ou trop flou pour le dire',
      unchanged: 'laissé tel quel',
    },
    zoom: (number, state) => `Visage ${number} : ${state}. Zoomer des deux côtés`,
  },

  times: {
    title: 'Temps de traitement',
    total: (duration) => `${duration} au total. Certaines étapes se font en même temps.`,
  },

  tray: {
    label: 'Photos de cet onglet',
    all: 'Toutes les photos',
    note: 'Les photos restent dans cet onglet jusqu’à ce que vous le fermiez.',
    open: (name, state) => `${name} : ${state}`,
    remove: (name) => `Retirer ${name}`,
    removed: (name) => `${name} a été retirée.`,
    undo: 'Annuler',
    states: {
      ready: 'pas commencée',
      queued: 'en attente',
      uploading: 'en cours d’envoi',
      processing: 'en cours',
      done: 'restaurée',
      failed: 'échec',
    },
  },

  batch: {
    title: (count) => plural(count, { one: '# photo', other: '# photos' }),
    summary: (done, failed, left) =>
      [
        ...(done > 0 || failed + left === 0 ? [plural(done, { one: '# restaurée', other: '# restaurées' })] : []),
        ...(failed > 0 ? [plural(failed, { one: '# échec', other: '# échecs' })] : []),
        ...(left > 0 ? [plural(left, { one: '# restante', other: '# restantes' })] : []),
      ].join(', '),
    start: (count) => plural(count, { one: 'Restaurer # photo', other: 'Restaurer # photos' }),
    cancel: 'Tout annuler',
    retry: 'Réessayer',
    retryAll: (count) => plural(count, { one: 'Réessayer # photo en échec', other: 'Réessayer # photos en échec' }),
    final: (count) =>
      plural(count, {
        one: '# échouerait encore telle quelle. Ouvrez-la pour voir ce qui aide.',
        other: '# échoueraient encore telles quelles. Ouvrez-les pour voir ce qui aide.',
      }),
    zip: (count) => plural(count, { one: 'Télécharger # photo (ZIP)', other: 'Télécharger les # (ZIP)' }),
    zipping: 'Préparation du ZIP…',
    csv: 'Rapport (CSV)',
    json: 'Rapport (JSON)',
    add: 'Ajouter des photos',
    clear: 'Tout retirer',
    opening: (done, total) => `Ouverture ${done} sur ${total}`,
  },

  failure: {
    stage: (stage) => `Étape : ${stage}`,
    code: (status) => `Code ${status}`,
    retry: 'Réessayer',
    retryNow: 'Essayer maintenant',
    stopWaiting: 'Ne plus attendre',
    waiting: (seconds) => `Nouvel essai automatique dans ${seconds} s`,
    gaveUp: 'Plusieurs essais ont échoué. Vous pouvez réessayer à tout moment.',
    back: 'Modifier les options',
    another: 'Une autre photo',
    keyLabel: 'Clé d’API',
    useKey: 'Utiliser cette clé',
    enlarge: 'L’agrandir sans visages',
    kept: 'Votre photo et vos options sont toujours là.',
    kinds: {
      unreachable: {
        title: 'Le service ne répond pas',
        advice: 'Il est peut-être arrêté, ou le réseau est en panne.',
      },
      gateway: {
        title: 'Le service est injoignable',
        advice:
          'Quelque chose entre cette page et le service a répondu à sa place. Cela s’arrange en général en une minute.',
      },
      lost: {
        title: 'La connexion est perdue',
        advice: 'Le service a cessé de répondre pendant le traitement. Il revient en général en une minute.',
      },
      garbled: {
        title: 'La réponse est illisible',
        advice:
          'Quelque chose entre cette page et le service a répondu à sa place, ou leurs versions ne vont pas ensemble.',
      },
      slow: {
        title: 'L’envoi a pris trop de temps',
        advice: 'Essayez une connexion plus rapide ou un fichier plus petit.',
      },
      bytes: {
        title: 'Le fichier est trop lourd',
        advice: 'Enregistrez-le avec plus de compression, ou réduisez la photo.',
      },
      pixels: { title: 'La photo a trop de pixels', advice: 'Agrandissez-la moins, ou réduisez la photo.' },
      type: {
        title: 'Le service ne peut pas lire ce fichier',
        get advice() {
          return `Enregistrez la photo en ${formats.anyOf} et réessayez.`;
        },
      },
      damaged: {
        title: 'La photo ne peut pas être décodée',
        advice: 'Exportez-la ou copiez-la à nouveau depuis sa source.',
      },
      small: {
        title: 'La photo est trop petite',
        advice:
          'Son petit côté a moins de pixels qu’il n’en faut pour un visage. Choisissez-en une version plus grande.',
      },
      complex: {
        title: 'Ce fichier est trop coûteux à lire',
        advice: 'Ouvrez la photo dans un autre logiciel et enregistrez-la à nouveau.',
      },
      proportions: {
        title: 'La photo est trop longue et étroite',
        advice: 'Recadrez la partie avec les visages et réessayez.',
      },
      forbidden: {
        title: 'Le service ne le permet pas',
        advice: 'Son exploitant décide quelles adresses, pages et clés peuvent l’utiliser.',
      },
      option: {
        title: 'Le service n’a pas accepté la requête',
        advice: 'Modifiez les options et réessayez.',
      },
      key: {
        title: 'Ce service demande une clé d’API',
        advice:
          'Elle vous est donnée par l’exploitant du service. Elle reste dans la seule mémoire de cet onglet et disparaît quand vous le fermez.',
      },
      noFace: {
        title: 'Aucun visage trouvé',
        advice:
          'Les visages très petits, tournés ou en grande partie cachés ne sont pas détectés. Essayez un cadrage plus serré, ou agrandissez la photo telle quelle.',
      },
      rate: {
        title: 'Trop de requêtes',
        advice: 'Le service limite le nombre de requêtes d’une même adresse.',
      },
      busy: { title: 'Le service est occupé', advice: 'D’autres requêtes passent d’abord.' },
      stageGone: {
        title: 'Une partie du service n’est pas disponible',
        advice: 'Elle est peut-être en train de démarrer ou de redémarrer.',
      },
      deadline: {
        title: 'Le traitement a pris trop de temps',
        advice: 'Agrandissez moins, choisissez une photo plus petite, ou réessayez quand le service sera moins occupé.',
      },
      stageFailed: {
        title: 'Une étape a échoué sur cette photo',
        advice: 'Aucun résultat n’est montré, car il pourrait être faux. D’autres options peuvent marcher.',
      },
      gone: {
        title: 'La tâche n’est plus là',
        advice:
          'Les résultats ne sont gardés qu’un moment, et les tâches annulées pas du tout. Choisissez le fichier et restaurez-le de nouveau.',
      },
      internal: {
        title: 'Une erreur s’est produite dans le service',
        advice: 'Le journal du service en dit plus.',
      },
    },
  },

  film: {
    privacy:
      'Votre film n’est envoyé qu’à ce service. Il est gardé en mémoire, son résultat un moment, et jamais sur un disque.',
    rules: (max) => `Ou un film : ${films()}, jusqu’à ${max}`,
    rulesElsewhere: 'Les films se restaurent en ligne de commande : visage video',
    unnamed: 'Un film',
    poster: 'Une image de votre film',
    length: 'Durée',
    faces: (count) =>
      plural(count, { one: '# dans cette image', many: '# dans cette image', other: '# dans cette image' }),
    canceled: 'Annulé. Votre film est toujours là.',
    notShown:
      'Ce navigateur ne peut pas lire ce film, il n’est donc pas affiché. Le service peut quand même le restaurer.',
    tooLarge: 'Les images du résultat auraient trop de pixels.',
    takesNone: 'Ce service n’accepte pas de films.',
    tooManyBytes: (has, max) => `Ce film fait ${has}. Ce service accepte au plus ${max}.`,
    tooLong: (has, max) => `Ce film dure ${has}. Ce service accepte au plus ${max}.`,
    tooManyPixels: (has, max) => `Ses images ont ${has} mégapixels chacune. Ce service accepte au plus ${max}.`,
    commandLine: 'Là où Visage est installé, la ligne de commande le restaure, sans ces limites :',
    copyCommand: 'Copier la commande',
    copyFailed: 'Le navigateur n’a pas permis de copier. Sélectionnez la commande.',
    another: 'Un autre fichier',
    close: 'Retirer le film',
    deinterlace: {
      label: 'Désentrelacer',
      help: 'Pour les enregistrements de télévision dont les bords ressemblent à des peignes.',
    },
    codecHelp: 'Les navigateurs lisent H.264. FFV1 est sans perte et volumineux.',
    working: 'Restauration de votre film',
    uploading: 'Envoi du film',
    position: (position) => `Numéro ${position} dans la file`,
    lost: 'Le service ne répond pas. Il continue le film ; cette page continue de demander.',
    address: 'Vous pouvez fermer cette page : son adresse ramène au film. Quiconque a l’adresse voit aussi le film.',
    failed: 'Le film n’a pas pu être restauré',
    play: 'Lecture',
    pause: 'Mettre en pause',
    mute: 'Couper le son',
    unmute: 'Remettre le son',
    time: 'Position dans le film',
    notPlayed: 'Ce navigateur ne peut pas lire le résultat. Le téléchargement le contient.',
    originalGone: 'Le service ne garde pas l’original. Choisissez-le de nouveau pour comparer les deux.',
    chooseOriginal: 'Choisir l’original',
    otherFilm: 'C’est un autre film : sa durée ou sa forme diffère, ou ce navigateur ne peut pas le lire.',
    pictures: 'Images',
    shots: 'Plans',
    identity: (mean, least) => `${mean} en moyenne, au moins ${least}`,
    flicker: 'Scintillement des visages',
    flickerValues: (before, after) => `${before} avant, ${after} maintenant`,
    interlaced: (count) =>
      plural(count, {
        one: '# image a deux trames et a été restaurée telle quelle. « Désentrelacer » la complète.',
        many: '# images ont deux trames et ont été restaurées telles quelles. « Désentrelacer » les complète.',
        other: '# images ont deux trames et ont été restaurées telles quelles. « Désentrelacer » les complète.',
      }),
    leftOut: 'Absent du résultat',
  },

  part: {
    failed: 'Cette partie de la page n’a pas pu être chargée.',
    retry: 'Charger à nouveau',
  },

  pageError: {
    title: 'Une erreur s’est produite sur cette page',
    text: 'Rien n’est perdu.',
    kept: (count) => plural(count, { one: 'Votre photo est toujours là.', other: 'Vos # photos sont toujours là.' }),
    none: 'Aucune photo n’était ouverte.',
    continue: 'Continuer',
  },

  notFound: { title: 'Page introuvable', back: 'Aller à la page d’accueil' },
};
